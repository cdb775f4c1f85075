using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>A store without a disk, which can be told to fail.</summary>
internal sealed class MemoryRecordStore : IRecordStore
{
    private readonly Dictionary<Guid, GraphRecord> _records = [];
    private readonly SortedSet<RecordKey> _keys = [];
    private readonly SortedSet<(ulong Expires, Guid Id)> _expirations = [];

    /// <summary>What every call that writes fails with; null for none.</summary>
    public PeerException? Failure { get; set; }

    public int Count => _records.Count;

    public IEnumerable<GraphRecord> Records => _records.Values;

    public PeerTime? NextExpiration => _expirations.Count == 0 ? null : new PeerTime(_expirations.Min.Expires);

    public bool TryGetKey(Guid id, out RecordKey key)
    {
        bool isThere = _records.TryGetValue(id, out GraphRecord? record);
        key = record?.Key ?? default;
        return isThere;
    }

    public GraphRecord? Find(Guid id) => _records.GetValueOrDefault(id);

    public void Put(GraphRecord record, ReadOnlyMemory<byte> bytes = default)
    {
        ThrowIfFailing();
        Take(record.Id);
        _records.Add(record.Id, record);
        _keys.Add(record.Key);
        _expirations.Add((record.Expires.Ticks, record.Id));
    }

    public void Remove(Guid id)
    {
        ThrowIfFailing();
        Take(id);
    }

    public IReadOnlyList<RecordKey> ListKeys(RecordSelection selection, RecordKey? after, int limit)
    {
        List<RecordKey> page = [];
        if (_keys.Count == 0 || (after is { } from && from >= _keys.Max))
        {
            return page;
        }

        IEnumerable<RecordKey> keys = after is { } start ? _keys.GetViewBetween(start, _keys.Max) : _keys;
        foreach (RecordKey key in keys)
        {
            if (page.Count == limit || (selection.Last is { } last && key > last))
            {
                break;
            }

            if (!(key <= after) && IsSelected(selection, key))
            {
                page.Add(key);
            }
        }

        return page;
    }

    public IReadOnlyList<RecordKey> ListExpiring(PeerTime before, int limit) =>
        [.. _expirations.TakeWhile(expiration => expiration.Expires < before.Ticks).Take(limit)
            .Select(expiration => _records[expiration.Id].Key)];

    public IReadOnlyList<Guid> ListTypes() => [.. _records.Values.Select(record => record.Type).Distinct()];

    private static bool IsSelected(RecordSelection selection, RecordKey key) =>
        (selection.Types.Count == 0 || selection.Types.Contains(key.Type) != selection.IsExclusion)
        && !(key.Modified < selection.ModifiedSince);

    private void Take(Guid id)
    {
        if (_records.Remove(id, out GraphRecord? record))
        {
            _keys.Remove(record.Key);
            _expirations.Remove((record.Expires.Ticks, id));
        }
    }

    private void ThrowIfFailing()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}

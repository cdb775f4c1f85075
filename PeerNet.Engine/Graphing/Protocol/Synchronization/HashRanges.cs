using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>
/// Divides the database into ranges and hashes them for SOLICIT_HASH (MS-PPGRH 3.1.7.31), page by page.
/// </summary>
/// <remarks>
/// Two additions, both of which any receiver of the specification understands. The last range is empty and has no end, so
/// that records of the other side that are newer than all others here are found. And the hash covers ids and versions
/// only, so that two updates of one record to the same version, as two halves of a split graph make, could look alike for
/// ever: a record that was ever updated has a range of its own, in which the other side's copy only is if it has the same
/// modification time. Presence and contact records need none, because only one node updates them.
/// </remarks>
internal sealed class HashRanges
{
    private readonly IRecordStore _store;
    private readonly int _pageLength;
    private readonly int _rangeLength;
    private readonly int _entriesBeforeFrugality;
    private readonly RangeHash _range = new();
    private readonly ByteList _entries = new();
    private RecordKey? _last;

    public HashRanges(IRecordStore store, GraphOptions options)
    {
        _store = store;
        _pageLength = options.PageLength;

        // So that half of the entries hold the whole database, and updated records may use the other half.
        _entriesBeforeFrugality = options.MaximumListLength / HashEntry.WireLength / 2;
        _rangeLength = Math.Max(GraphOptions.HashRangeLength, (store.Count / Math.Max(1, _entriesBeforeFrugality - 2)) + 1);
    }

    /// <summary>The HASH_INFO_ENTRYs.</summary>
    public ReadOnlySpan<byte> Entries => _entries.Span;

    /// <summary>Goes on with one page.</summary>
    /// <returns>Whether all is done.</returns>
    public bool Step()
    {
        IReadOnlyList<RecordKey> page = _store.ListKeys(RecordSelection.All, _last, _pageLength);
        for (int i = 0; i < page.Count; i++)
        {
            Add(page[i]);
        }

        if (page.Count == _pageLength)
        {
            return false;
        }

        EndRange();
        Write(_range, KeyOrder.Last);
        return true;
    }

    private void Add(RecordKey key)
    {
        bool isAlone = MayConflict(key) && _entries.Length / HashEntry.WireLength < _entriesBeforeFrugality;
        if (isAlone)
        {
            EndRange();
            if (KeyOrder.Before(key) is { } before && (_last is not { } last || before > last))
            {
                Write(_range, before);
            }
        }

        _range.Add(key);
        _last = key;
        if (isAlone || _range.Count == _rangeLength)
        {
            EndRange();
        }
    }

    private void EndRange()
    {
        if (_range.Count > 0)
        {
            Write(_range, _last!.Value);
            _range.Clear();
        }
    }

    private void Write(RangeHash range, RecordKey end)
    {
        WireWriter writer = _entries.Write(HashEntry.WireLength);
        new HashEntry(range.Compute(), end.Modified, end.Id).Write(ref writer);
    }

    private static bool MayConflict(RecordKey key) =>
        key.Version > 1 && key.Type != RecordTypes.Presence && key.Type != RecordTypes.Contact;
}

using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>
/// Compares a neighbor's hashes with the database and gathers what ADVERTISE says (MS-PPGRH 3.1.5.2.7), page by page.
/// </summary>
/// <param name="store">The database.</param>
/// <param name="selection">The types that are compared.</param>
/// <param name="entries">The HASH_INFO_ENTRYs of SOLICIT_HASH.</param>
/// <param name="options">Page length, and the limit of an ADVERTISE: ranges that do not fit are left for later.</param>
internal sealed class RangeComparison(
    IRecordStore store, RecordSelection selection, byte[] entries, GraphOptions options)
{
    private readonly RangeHash _range = new();
    private readonly RangeHash _nothing = new();
    private readonly ByteList _boundaries = new();
    private readonly ByteList _abstracts = new();
    private RecordKey? _last;
    private RecordKey? _lower = KeyOrder.First;
    private int _position;

    /// <summary>Whether the ranges are not in order, which only a hostile neighbor sends.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The HASH_ENTRY_BOUNDARYs of the ranges that differ.</summary>
    public ReadOnlySpan<byte> Boundaries => _boundaries.Span;

    /// <summary>The RECORD_ABSTRACTs of the records in them.</summary>
    public ReadOnlySpan<byte> Abstracts => _abstracts.Span;

    /// <summary>Goes on with one page.</summary>
    /// <returns>Whether all is done.</returns>
    public bool Step()
    {
        IReadOnlyList<RecordKey> page = store.ListKeys(selection, _last, options.PageLength);
        for (int i = 0; i < page.Count && !IsMalformed; i++)
        {
            while (_position < entries.Length && page[i] > UpperEnd && !IsMalformed)
            {
                EndRange();
            }

            _range.Add(page[i]);
        }

        if (IsMalformed)
        {
            return true;
        }

        if (page.Count > 0)
        {
            _last = page[^1];
        }

        return page.Count < options.PageLength && EndAll();
    }

    private RecordKey UpperEnd
    {
        get
        {
            HashEntry entry = HashEntry.Read(entries.AsSpan(_position));
            return KeyOrder.At(entry.Modified, entry.Id);
        }
    }

    private bool EndAll()
    {
        while (_position < entries.Length && !IsMalformed)
        {
            EndRange();
        }

        // What lies behind the last range is in none of them, and missing on the other side.
        if (!IsMalformed && _lower is { } lower && _range.Count > 0)
        {
            Report(lower, KeyOrder.Last);
        }

        return true;
    }

    private void EndRange()
    {
        HashEntry entry = HashEntry.Read(entries.AsSpan(_position));
        RecordKey upper = KeyOrder.At(entry.Modified, entry.Id);
        if (_lower is not { } lower || upper < lower)
        {
            IsMalformed = true;
            return;
        }

        if ((_range.Count == 0 ? _nothing : _range).Compute() != entry.Hash)
        {
            Report(lower, upper);
        }

        _range.Clear();
        _lower = KeyOrder.After(upper);
        _position += HashEntry.WireLength;
    }

    private void Report(RecordKey lower, RecordKey upper)
    {
        long length = AdvertiseMessage.Fixed + _boundaries.Length + HashBoundary.WireLength
            + (long)_abstracts.Length + _range.Abstracts.Length;
        if (length > options.MaximumListLength)
        {
            return;
        }

        WireWriter writer = _boundaries.Write(HashBoundary.WireLength);
        new HashBoundary(lower.Modified, lower.Id, upper.Modified, upper.Id, (uint)_range.Count).Write(ref writer);
        _abstracts.Append(_range.Abstracts);
    }
}

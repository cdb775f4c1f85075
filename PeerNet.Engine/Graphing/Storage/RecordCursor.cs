using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>What a search may have found, in the order of modification times. The records are read, and looked at closely, page
/// by page; those that are gone or changed meanwhile count as they are now. It takes eight bytes for each record.</summary>
internal sealed class RecordCursor
{
    private readonly RecordRows _rows;
    private readonly RecordSearch _search;
    private readonly IReadOnlyList<long> _numbers;
    private readonly HashSet<Guid> _types;
    private int _position;

    public RecordCursor(RecordRows rows, RecordSearch search, IReadOnlyList<long> numbers)
    {
        _rows = rows;
        _search = search;
        _numbers = numbers;
        _types = [.. search.Types];
    }

    /// <summary>How many records are still to be looked at: no fewer than will be found.</summary>
    public int Remaining => _numbers.Count - _position;

    /// <summary>The next records that are found; none at the end.</summary>
    /// <param name="limit">The most that are wanted.</param>
    /// <param name="bytes">After how many bytes of payload it is enough.</param>
    public IReadOnlyList<GraphRecord> Read(int limit, long bytes)
    {
        List<GraphRecord> page = [];
        while (_position < _numbers.Count && page.Count < limit && bytes > 0)
        {
            GraphRecord? record = _rows.Read(_numbers[_position++]);
            if (record is not null && IsMeant(record))
            {
                page.Add(record);
                bytes -= record.Payload.Length;
            }
        }

        return page;
    }

    private bool IsMeant(GraphRecord record) =>
        (_types.Count == 0 || _types.Contains(record.Type) != _search.IsExclusion)
        && (_search.CreatorId is null || _search.CreatorId == record.CreatorId)
        && (_search.IncludesDeleted || !record.IsDeleted)
        && !(record.Expires <= _search.ExpiresAfter)
        && (_search.Query is null || _search.Query.IsMatch(record, _search.PeerTimeDelta));
}

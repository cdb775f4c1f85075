using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>What a search finds, in the order of modification times. The records are read, and looked at closely, page by page;
/// those that are gone or changed meanwhile count as they are now, each comes once, and those that are new do not come. Nothing is
/// held in the database between pages. It takes a bit for each record that was found, or eight bytes for each that an index
/// names. One page at a time.</summary>
internal sealed class RecordCursor(RecordReaders readers, RecordSearch search)
{
    private readonly HashSet<Guid> _types = [.. search.Types];
    private IRecordPages? _pages;

    /// <summary>The next records that are found; none at the end.</summary>
    /// <param name="limit">The most that are wanted.</param>
    /// <param name="bytes">After how many bytes of payload it is enough.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was given up, or the database has been closed.</exception>
    public Task<IReadOnlyList<GraphRecord>> ReadAsync(int limit, long bytes, CancellationToken cancellationToken) =>
        readers.UseAsync<IReadOnlyList<GraphRecord>>(reader => Read(reader, limit, bytes), cancellationToken);

    private List<GraphRecord> Read(RecordReader reader, int limit, long bytes)
    {
        _pages ??= Begin(reader);
        List<GraphRecord> page = [];
        _pages.Read(reader, IsMeant, record =>
        {
            page.Add(record);
            bytes -= record.Payload.Length;
            return page.Count < limit && bytes > 0;
        });
        return page;
    }

    private IRecordPages Begin(RecordReader reader)
    {
        SearchSql sql = reader.Compile(search);
        return sql.IsOrdered
            ? new OrderedPages(sql, reader.FindLastNumber())
            : new ListedPages(reader.ListNumbers(sql.All));
    }

    private bool IsMeant(GraphRecord record) =>
        (_types.Count == 0 || _types.Contains(record.Type) != search.IsExclusion)
        && (search.CreatorId is null || search.CreatorId == record.CreatorId)
        && (search.IncludesDeleted || !record.IsDeleted)
        && !(record.Expires <= search.ExpiresAfter)
        && (search.Query is null || search.Query.IsMatch(record, search.PeerTimeDelta));

    /// <summary>Where pages come from.</summary>
    private interface IRecordPages
    {
        /// <summary>Goes on where the last page ended.</summary>
        /// <param name="reader">Reads.</param>
        /// <param name="isMeant">Whether a record is found.</param>
        /// <param name="take">Takes one; says whether more are wanted.</param>
        void Read(RecordReader reader, Func<GraphRecord, bool> isMeant, Func<GraphRecord, bool> take);
    }

    /// <summary>Each page begins in an index where the last one ended.</summary>
    private sealed class OrderedPages(SearchSql sql, long lastNumber) : IRecordPages
    {
        private readonly NumberSet _found = new();
        private RecordKey? _last;

        public void Read(RecordReader reader, Func<GraphRecord, bool> isMeant, Func<GraphRecord, bool> take) =>
            reader.Query(sql.After(_last), (number, record) =>
            {
                _last = record.Key;
                return number > lastNumber || !isMeant(record) || !_found.Add(number) || take(record);
            });
    }

    /// <summary>What an index names is sorted first.</summary>
    private sealed class ListedPages(List<long> numbers) : IRecordPages
    {
        private int _position;

        public void Read(RecordReader reader, Func<GraphRecord, bool> isMeant, Func<GraphRecord, bool> take)
        {
            bool isWanted = true;
            while (isWanted && _position < numbers.Count)
            {
                isWanted = reader.Read(numbers[_position++]) is not { } record || !isMeant(record) || take(record);
            }
        }
    }
}

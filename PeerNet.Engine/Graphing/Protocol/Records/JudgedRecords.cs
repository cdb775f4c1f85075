namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>
/// The database of a graph, of which nothing counts that was kept before and that nobody has judged since: what is asked for is
/// judged then, and the rest page by page, in the order of keys. What does not count is purged.
/// </summary>
/// <param name="store">The database.</param>
internal sealed class JudgedRecords(IRecordStore store) : IRecordStore
{
    // What was judged out of turn.
    private readonly HashSet<Guid> _judged = [];
    private Func<GraphRecord, bool>? _counts;
    private RecordKey? _position;

    /// <summary>Whether all that is kept counts.</summary>
    public bool IsDone { get; private set; } = true;

    /// <inheritdoc/>
    public int Count => store.Count;

    /// <inheritdoc/>
    public PeerTime? NextExpiration => store.NextExpiration;

    /// <summary>Nothing counts from now on that is not judged.</summary>
    /// <param name="counts">Judges.</param>
    public void Begin(Func<GraphRecord, bool> counts)
    {
        _counts = counts;
        Restart();
    }

    /// <summary>What was purged may be there again.</summary>
    public void Restart()
    {
        _judged.Clear();
        _position = null;
        IsDone = _counts is null;
    }

    /// <summary>Judges the next page.</summary>
    /// <returns>Whether that was the last one.</returns>
    public bool Step(int limit)
    {
        if (!IsDone)
        {
            IReadOnlyList<RecordKey> page = store.ListKeys(RecordSelection.All, _position, limit);
            foreach (RecordKey key in page)
            {
                Counts(key);
            }

            _position = page.Count > 0 ? page[^1] : _position;
            IsDone = page.Count < limit;
            if (IsDone)
            {
                _judged.Clear();
            }
        }

        return IsDone;
    }

    /// <inheritdoc/>
    public bool TryGetKey(Guid id, out RecordKey key) => store.TryGetKey(id, out key) && Counts(key);

    /// <inheritdoc/>
    public GraphRecord? Find(Guid id) =>
        store.Find(id) is { } record && (IsJudged(record.Key) || Judge(record)) ? record : null;

    /// <inheritdoc/>
    public void Put(GraphRecord record, ReadOnlyMemory<byte> bytes = default)
    {
        store.Put(record, bytes);
        if (!IsDone)
        {
            _judged.Add(record.Id);
        }
    }

    /// <inheritdoc/>
    public void Remove(Guid id)
    {
        store.Remove(id);
        _judged.Remove(id);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordKey> ListKeys(RecordSelection selection, RecordKey? after, int limit)
    {
        IReadOnlyList<RecordKey> page;
        int fallen;
        do
        {
            page = store.ListKeys(selection, after, limit);
            fallen = IsDone ? 0 : page.Count(key => !Counts(key));
        }
        while (fallen > 0);
        return page;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordKey> ListExpiring(PeerTime before, int limit) => store.ListExpiring(before, limit);

    /// <inheritdoc/>
    public IReadOnlyList<Guid> ListTypes() => store.ListTypes();

    private bool IsJudged(RecordKey key) => IsDone || key <= _position || _judged.Contains(key.Id);

    private bool Counts(RecordKey key) => IsJudged(key) || (store.Find(key.Id) is { } record && Judge(record));

    private bool Judge(GraphRecord record)
    {
        if (_counts!(record))
        {
            _judged.Add(record.Id);
            return true;
        }

        Remove(record.Id);
        return false;
    }
}

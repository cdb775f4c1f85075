using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// The records of one graph and one identity in one SQLite database. Memory holds their keys; their content is read when it
/// is asked for.
/// </summary>
/// <remarks>Changes belong to a <see cref="Batch"/>, or each is one by itself. Not for several threads.</remarks>
internal sealed class RecordStore : IRecordStore, IDisposable
{
    // Holds the leaves of the indices of some 100,000 records, so that batches do not wait for the disk to read them again.
    private const int CacheKibibytes = 16 * 1024;

    // The log is written back every 16 MB or so: less often than SQLite's 4 MB, because each time waits for the disk.
    private const int CheckpointPages = 4096;

    private const int PageLength = 4096;

    private readonly SqliteDatabase _database;
    private readonly GraphStateRow _stateRow;
    private readonly RecordRows _rows;
    private readonly KeyRows _keys;
    private readonly RecordIndex _index = new();
    private PeerTime? _nextExpiration;
    private bool _isNextExpirationKnown;

    private RecordStore(SqliteDatabase database)
    {
        _database = database;
        _stateRow = new(database);
        _rows = new(database);
        _keys = new(database, _index);
        Batch = new(database, _index.Keep, Undo);
    }

    /// <summary>The database's file.</summary>
    public string Location => _database.Location;

    /// <summary>What changes belong to.</summary>
    public StoreBatch Batch { get; }

    /// <summary>What is kept beside the records.</summary>
    public GraphState State { get; private set; } = null!;

    /// <inheritdoc/>
    public int Count => _index.Count;

    /// <inheritdoc/>
    public PeerTime? NextExpiration
    {
        get
        {
            if (!_isNextExpirationKnown)
            {
                _nextExpiration = _keys.FindFirstExpiration();
                _isNextExpirationKnown = true;
            }

            return _nextExpiration;
        }
    }

    /// <summary>Makes the database of a graph.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="state">Whose it is.</param>
    /// <param name="maximumBytes">The most that the database may grow to; what goes beyond meets a full disk. Null for what the
    /// disk has.</param>
    /// <exception cref="PeerException">There is such a database already, or it cannot be made.</exception>
    public static RecordStore Create(string path, GraphState state, long? maximumBytes = null)
    {
        RecordStore store = OpenFile(path, maximumBytes);
        try
        {
            // A process that was killed in here leaves a database without an owner.
            if (store._stateRow.Read() is not null)
            {
                throw PeerErrors.DatabaseAlreadyPresent.Exception($"There is a graph's database already: '{path}'.", path);
            }

            store.Save(state);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Opens the database of a graph. Presence, signature and contact records are left behind (MS-PPGRH 3.1.4.2);
    /// whoever opens the graph validates the others.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="graphId">The graph's id.</param>
    /// <param name="peerId">The peer id of the node's user.</param>
    /// <param name="maximumBytes">As in <see cref="Create"/>.</param>
    /// <exception cref="PeerException">There is none, it belongs to another graph or peer, or it is damaged; nothing was
    /// changed.</exception>
    public static RecordStore Open(string path, string graphId, string peerId, long? maximumBytes = null)
    {
        if (!File.Exists(path))
        {
            throw PeerErrors.DatabaseNotPresent.Exception($"There is no database '{path}' of the graph '{graphId}'.", path);
        }

        RecordStore store = OpenFile(path, maximumBytes);
        try
        {
            GraphState state = store._stateRow.Read()
                ?? throw PeerErrors.DatabaseNotPresent.Exception($"The database '{path}' belongs to no graph yet.", path);
            if (state.GraphId != graphId || state.PeerId != peerId)
            {
                throw PeerErrors.InvalidDatabase.Exception(
                    $"The database '{path}' belongs to the graph '{state.GraphId}' and the peer '{state.PeerId}', not to the "
                    + $"graph '{graphId}' and the peer '{peerId}'.",
                    path);
            }

            store.State = state;
            store.Load();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Stores what is kept beside the records. Whose database it is does not change.</summary>
    public void Save(GraphState state) => Batch.Change(() =>
    {
        _stateRow.Write(state);
        State = state;
    });

    /// <inheritdoc/>
    public bool TryGetKey(Guid id, out RecordKey key)
    {
        bool isThere = _index.TryGet(id, out IndexEntry entry);
        key = new(entry.Modified, id, entry.Version, entry.Type);
        return isThere;
    }

    /// <inheritdoc/>
    public GraphRecord? Find(Guid id) => _index.TryGet(id, out IndexEntry entry) ? _rows.Read(entry.Number) : null;

    /// <inheritdoc/>
    public void Put(GraphRecord record) => Batch.Change(() =>
    {
        bool isThere = _index.TryGet(record.Id, out IndexEntry before);
        if (before.HasAttributes)
        {
            _rows.DeleteAttributes(before.Number);
        }

        long number = isThere ? before.Number : _index.TakeNumber();
        if (isThere)
        {
            _rows.Update(number, record);
        }
        else
        {
            _rows.Insert(number, record);
        }

        _index.Set(record.Id, ToEntry(number, record));
        if (_isNextExpirationKnown && !(_nextExpiration < record.Expires))
        {
            _nextExpiration = record.Expires;
        }
        else if (isThere)
        {
            // It may have been the next.
            _isNextExpirationKnown = false;
        }
    });

    /// <inheritdoc/>
    public void Remove(Guid id)
    {
        if (!_index.TryGet(id, out IndexEntry entry))
        {
            return;
        }

        Batch.Change(() =>
        {
            if (entry.HasAttributes)
            {
                _rows.DeleteAttributes(entry.Number);
            }

            _rows.Delete(entry.Number);
            _index.Remove(id);
            _isNextExpirationKnown = false;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordKey> ListKeys(RecordSelection selection, RecordKey? after, int limit) =>
        _keys.List(selection, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<RecordKey> ListExpiring(PeerTime before, int limit) => _keys.ListExpiring(before, limit);

    /// <inheritdoc/>
    public IReadOnlyList<Guid> ListTypes() => _index.Types;

    /// <summary>Searches the records. What is not committed yet is found too.</summary>
    public RecordCursor Search(RecordSearch search)
    {
        SqlText sql = CompileSearch(search);
        List<long> numbers = [];
        _database.Query(sql.Text, row => numbers.Add(row.GetInt64(0)), sql.Values);
        return new(_rows, search, numbers);
    }

    /// <summary>The statement that a search begins with.</summary>
    internal SqlText CompileSearch(RecordSearch search) => SearchSql.Compile(search, _index, count =>
    {
        int rows = 0;
        _database.Query(count.Text, row => rows = row.GetInt32(0), count.Values);
        return rows;
    });

    /// <summary>How SQLite goes about a statement, one step a line.</summary>
    internal IReadOnlyList<string> Explain(string sql, params ReadOnlySpan<object?> values)
    {
        List<string> plan = [];
        _database.Query($"EXPLAIN QUERY PLAN {sql}", row => plan.Add(row.GetString(3)), values);
        return plan;
    }

    /// <summary>Reads all records, in the order in which they came.</summary>
    /// <exception cref="PeerException">The database is damaged.</exception>
    public void ForEach(Action<GraphRecord> read) => _database.Query(
        "SELECT bytes, checksum FROM record ORDER BY number", row => read(_rows.Decode(row, bytes: 0, checksum: 1)));

    /// <summary>Removes all records.</summary>
    public void Clear()
    {
        foreach (Guid id in _index.Ids)
        {
            Remove(id);
        }
    }

    /// <summary>Whether records of a type are left behind when a graph is opened (MS-PPGRH 3.1.4.2).</summary>
    public static bool IsOfTheMoment(Guid type) =>
        type == RecordTypes.Presence || type == RecordTypes.Signature || type == RecordTypes.Contact;

    /// <summary>Closes the database; a batch that was not committed is undone.</summary>
    public void Dispose()
    {
        Batch.Cancel();
        _database.Dispose();
    }

    private static RecordStore OpenFile(string path, long? maximumBytes)
    {
        SqliteDatabase database = SqliteDatabase.Open(path, GraphSchema.Instance, SqliteDurability.Normal);
        try
        {
            database.Execute(
                $"""
                PRAGMA cache_size = -{CacheKibibytes};
                PRAGMA wal_autocheckpoint = {CheckpointPages};
                PRAGMA max_page_count = {Math.Clamp((maximumBytes ?? long.MaxValue) / PageLength, 1, uint.MaxValue - 1)};
                """);
            return new RecordStore(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Load()
    {
        List<Guid> dropped = [];
        const string all = "SELECT number, id, kind, creator, modified, expires, checksum, bytes FROM record ORDER BY number";
        _database.Query(all, row =>
        {
            GraphRecord record = _rows.Decode(row, bytes: 7, checksum: 6);
            if (!IsRowOf(row, record)
                || RecordRules.Check(record, State.GraphId, 0) != RecordFault.None
                || !_index.TryLoad(record.Id, ToEntry(row.GetInt64(0), record)))
            {
                throw SqliteFailure.Damaged(Location, $"the record '{record.Id}' is not what was stored.");
            }

            // MS-PPGRH 3.1.4.2
            if (IsOfTheMoment(record.Type))
            {
                dropped.Add(record.Id);
            }
        });
        if (dropped.Count > 0)
        {
            Batch.Change(() => dropped.ForEach(Remove));
        }
    }

    private static IndexEntry ToEntry(long number, GraphRecord record) =>
        new(number, record.Modified, record.Type, record.Version, record.Attributes.Length > 0);

    private static bool IsRowOf(SqliteDataReader row, GraphRecord record) =>
        row.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(SortKeys.OfId(record.Id))
        && row.GetInt64(2) == SortKeys.OfType(record.Type)
        && row.GetInt64(3) == SortKeys.OfCreator(record.CreatorId)
        && row.GetInt64(4) == SortKeys.OfTime(record.Modified)
        && row.GetInt64(5) == SortKeys.OfTime(record.Expires);

    private void Undo()
    {
        _isNextExpirationKnown = false;
        _index.Undo();
        State = _stateRow.Read() ?? State;
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// The records of one graph and one identity in one SQLite database, which is asked for all of them: memory holds as much of
/// many records as of few.
/// </summary>
/// <remarks>Changes belong to a <see cref="Batch"/>, or each is one by itself. Not for several threads, but for
/// <see cref="Readers"/>.</remarks>
internal sealed class RecordStore : IRecordStore, IDisposable
{
    // Holds the leaves of the indices of some 100,000 records, so that batches do not wait for the disk to read them again.
    private const int CacheKibibytes = 16 * 1024;

    // The log is written back every 16 MB or so: less often than SQLite's 4 MB, because each time waits for the disk.
    private const int CheckpointBytes = 16 * 1024 * 1024;

    /// <summary>Up to what length a database is looked at as a whole when it is opened: some tenths of a second. That of a longer
    /// one is left to <see cref="CheckAsync"/>.</summary>
    public const long CheckedBytes = 4 * 1024 * 1024;

    private static readonly Guid[] OfTheMoment = [RecordTypes.Presence, RecordTypes.Signature, RecordTypes.Contact];

    private readonly SqliteDatabase _database;
    private readonly GraphStateRow _stateRow;
    private readonly RecordProof _proof = new();
    private readonly TypeRows _types;
    private readonly RecordPlaces _places;
    private readonly RecordRows _rows;
    private readonly RowReader _reader;
    private readonly KeyRows _keys;
    private readonly RecentKeys _recent = new();
    private long _lastNumber;
    private int _keptCount;
    private PeerTime? _nextExpiration;
    private bool _isNextExpirationKnown;

    private RecordStore(SqliteDatabase database)
    {
        _database = database;
        _stateRow = new(database);
        _types = new(database);
        _places = new(database);
        _rows = new(database);
        _reader = new(database, _proof);
        _keys = new(database, _types);
        Batch = new(database, () => _places.Settle(Count), () => _keptCount = Count, Undo);
        Readers = new(database.Location, _proof);
    }

    /// <summary>The database's file.</summary>
    public string Location => _database.Location;

    /// <summary>What changes belong to.</summary>
    public StoreBatch Batch { get; }

    /// <summary>What is kept beside the records.</summary>
    public GraphState State { get; private set; } = null!;

    /// <summary>Who reads beside it: what is committed, for any thread.</summary>
    public RecordReaders Readers { get; }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public PeerTime? NextExpiration
    {
        get
        {
            if (!_isNextExpirationKnown)
            {
                Batch.Look();
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

            store.Measure();
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
    /// whoever opens the graph validates the others. Whether a record is what was stored is told at the latest when it is
    /// read.</summary>
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
            store._places.Clear();
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
        _proof.RequireSound();
        if (_recent.TryGet(id, out key))
        {
            return true;
        }

        Batch.Look();
        if (!_places.TryGet(id, out long number))
        {
            _recent.AddAbsent(id);
            return false;
        }

        key = _keys.Find(number) is { } found && found.Id == id ? found : throw Misplaced();
        _recent.Add(key);
        return true;
    }

    /// <inheritdoc/>
    public GraphRecord? Find(Guid id) => Find(id, out _);

    /// <inheritdoc/>
    public void Put(GraphRecord record, ReadOnlyMemory<byte> bytes = default) => Batch.Change(() =>
    {
        long number = 0;
        GraphRecord? before = _recent.IsAbsent(record.Id) ? null : Find(record.Id, out number);
        if (before is null)
        {
            _rows.Insert(++_lastNumber, _types.Take(record.Type), record, bytes);
            _places.Add(record.Id, _lastNumber);
            Count++;
        }
        else
        {
            _rows.DeleteAttributes(number, before);
            _rows.Update(number, _types.Take(record.Type), record, bytes);
            LeaveType(before.Type, unless: record.Type);
        }

        _recent.Add(record.Key);
        if (_isNextExpirationKnown && !(_nextExpiration < record.Expires))
        {
            _nextExpiration = record.Expires;
        }
        else if (before is not null)
        {
            // It may have been the next.
            _isNextExpirationKnown = false;
        }
    });

    /// <inheritdoc/>
    public void Remove(Guid id)
    {
        if (Find(id, out long number) is not { } record)
        {
            return;
        }

        Batch.Change(() =>
        {
            _rows.DeleteAttributes(number, record);
            _rows.Delete(number);
            _places.Remove(id);
            _recent.Remove(id);
            LeaveType(record.Type, unless: null);
            Count--;
            _isNextExpirationKnown = false;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordKey> ListKeys(RecordSelection selection, RecordKey? after, int limit)
    {
        _proof.RequireSound();
        Batch.Look();
        return _keys.List(selection, after, limit);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordKey> ListExpiring(PeerTime before, int limit)
    {
        Batch.Look();
        return _keys.ListExpiring(before, limit);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Guid> ListTypes() => [.. _types.Ids];

    /// <summary>Searches what is committed, for any thread.</summary>
    public RecordCursor Search(RecordSearch search) => new(Readers, search);

    /// <summary>How SQLite goes about a statement, one step a line.</summary>
    internal IReadOnlyList<string> Explain(string sql, params ReadOnlySpan<object?> values)
    {
        List<string> plan = [];
        _database.Query($"EXPLAIN QUERY PLAN {sql}", row => plan.Add(row.GetString(3)), values);
        return plan;
    }

    /// <summary>Looks at all that was not looked at when a large database was opened; for any thread.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The database is damaged. From now on nothing of it is read or written.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) =>
        _database.IsChecked ? Task.CompletedTask : Readers.CheckAsync(cancellationToken);

    /// <summary>Removes all records.</summary>
    public void Clear() => Batch.Change(() =>
    {
        _database.Execute("DELETE FROM record; DELETE FROM attribute; DELETE FROM several; DELETE FROM type; DELETE FROM place;");
        _types.Load();
        _places.Clear();
        _recent.Clear();
        Count = 0;
        _isNextExpirationKnown = false;
    });

    /// <summary>Whether records of a type are left behind when a graph is opened (MS-PPGRH 3.1.4.2).</summary>
    public static bool IsOfTheMoment(Guid type) => OfTheMoment.Contains(type);

    /// <summary>Closes the database; a batch that was not committed is undone.</summary>
    public void Dispose()
    {
        // Closed in any case: a file that stays open where damage comes up on the way could not be restored.
        using SqliteDatabase database = _database;

        // Whoever closes last makes one file of it.
        Readers.Dispose();
        Batch.Cancel();
        if (_proof.IsSound)
        {
            _places.Finish();
        }
    }

    private static RecordStore OpenFile(string path, long? maximumBytes)
    {
        SqliteDatabase database = SqliteDatabase.Open(path, GraphSchema.Instance, SqliteDurability.Normal, CheckedBytes);
        try
        {
            database.Execute(
                $"""
                PRAGMA cache_size = -{CacheKibibytes};
                PRAGMA wal_autocheckpoint = {CheckpointBytes / database.PageLength};
                PRAGMA max_page_count = {Math.Clamp((maximumBytes ?? long.MaxValue) / database.PageLength, 1, uint.MaxValue - 1)};
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
        Measure();
        _proof.Begin(State.GraphId, _lastNumber);
        if (_database.IsChecked)
        {
            _database.Query($"SELECT {RowReader.Columns} FROM record ORDER BY number", row => _reader.Decode(row));
            _proof.End();
        }

        // MS-PPGRH 3.1.4.2
        IReadOnlyList<RecordKey> dropped = _keys.List(new() { Types = OfTheMoment }, null, int.MaxValue);
        if (dropped.Count > 0)
        {
            Batch.Change(() =>
            {
                foreach (RecordKey key in dropped)
                {
                    Remove(key.Id);
                }
            });
        }
    }

    private void Measure()
    {
        _types.Load();
        _database.Query("SELECT count(*), ifnull(max(number), 0) FROM record", row =>
        {
            Count = row.GetInt32(0);
            _lastNumber = row.GetInt64(1);
        });
        _lastNumber = _places.Load(_lastNumber);
        _keptCount = Count;
    }

    private GraphRecord? Find(Guid id, out long number)
    {
        _proof.RequireSound();
        Batch.Look();
        GraphRecord? record = _places.TryGetWaiting(id, out number) ? _reader.Read(number) : _reader.ReadPlaced(id, out number);
        return record?.Id == id ? record
            : record is null && !_places.TryGet(id, out _) ? null
            : throw Misplaced();
    }

    private PeerException Misplaced() => SqliteFailure.Damaged(Location, "a record is not where it was stored.");

    private void LeaveType(Guid type, Guid? unless)
    {
        if (type != unless)
        {
            _types.Leave(type);
        }
    }

    private void Undo()
    {
        _isNextExpirationKnown = false;
        Count = _keptCount;
        _types.Load();
        _places.Load(_lastNumber);
        _recent.Clear();
        State = _stateRow.Read() ?? State;
    }
}

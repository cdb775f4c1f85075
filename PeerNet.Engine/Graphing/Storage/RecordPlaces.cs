using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// In which row the record of an id is. Ids are random: entered one by one, nearly each would change a page of its own, which
/// takes longer than to write the record. Those of the rows that came last therefore wait in memory while many come, and enter
/// the table in their order, so that each page is written once for many of them. Owns the ids that wait. Not for several threads.
/// </summary>
/// <remarks>The database says up to which row none waits; those behind it are looked at again when it is opened. Whoever reads
/// beside looks at them one by one.</remarks>
internal sealed class RecordPlaces
{
    /// <summary>Up to which row no id waits.</summary>
    public const string LastSql = "SELECT placed FROM graph WHERE rowid = 1";

    /// <summary>The row of an id that does not wait.</summary>
    public const string FindSql = "SELECT number FROM place WHERE id = ?1";

    // A batch with fewer new records than that is not one of many.
    private const int FewRecords = 16;

    // As many of those that wait enter with each batch, at the least.
    private const int LeastEntering = 256;

    // How many may wait: some megabytes of memory at the most.
    private const int LeastWaiting = 8 * 1024;
    private const int MostWaiting = 64 * 1024;

    // So few of all records that most of the table's pages are worth being written for them.
    private const int WaitingShare = 8;

    // How many rows may be looked at for nothing by who reads beside.
    private const int MarkDistance = 512;

    private readonly SqliteStatement _find;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _readLast;
    private readonly SqliteStatement _writeLast;
    private readonly SqliteStatement _listWaiting;
    private readonly SqliteDatabase _database;
    private readonly Dictionary<Guid, long> _waiting = [];
    private Guid[] _entering = [];
    private int _entered;
    private long _enteringLast;
    private long _last;
    private long _writtenLast;
    private int _added;

    public RecordPlaces(SqliteDatabase database)
    {
        _database = database;
        _find = database.Prepare(FindSql);
        _insert = database.Prepare("INSERT INTO place (id, number) VALUES (?1, ?2)");
        _delete = database.Prepare("DELETE FROM place WHERE id = ?1");
        _readLast = database.Prepare(LastSql);
        _writeLast = database.Prepare("UPDATE graph SET placed = ?1 WHERE rowid = 1");
        _listWaiting = database.Prepare(
            """
            SELECT id, number FROM record
            WHERE number > ?1 AND NOT EXISTS (SELECT 1 FROM place WHERE place.id = record.id)
            """);
    }

    /// <summary>Finds out anew which ids wait.</summary>
    /// <param name="last">The number of the last row.</param>
    /// <returns>The last number that was given to a row, as far as is known.</returns>
    /// <exception cref="PeerException">The database is damaged.</exception>
    public long Load(long last)
    {
        Clear();
        _writtenLast = _readLast.QueryValue() as long? ?? 0;
        _last = Math.Max(last, _writtenLast);
        _listWaiting.Query(
            row =>
            {
                ReadOnlySpan<byte> id = row.GetSpan(0);
                if (id.Length != SortKeys.IdLength || !_waiting.TryAdd(SortKeys.ToId(id), row.GetInt64(1)))
                {
                    throw SqliteFailure.Damaged(_database.Location, "the id of a record is none, or that of another one.");
                }
            },
            _writtenLast);
        return _last;
    }

    /// <summary>Finds the row of an id that waits.</summary>
    public bool TryGetWaiting(Guid id, out long number) => _waiting.TryGetValue(id, out number);

    /// <summary>Finds the row of an id.</summary>
    public bool TryGet(Guid id, out long number)
    {
        if (_waiting.TryGetValue(id, out number))
        {
            return true;
        }

        object? found = _find.QueryValue(SortKeys.OfId(id));
        number = found as long? ?? 0;
        return found is not null;
    }

    /// <summary>There is a new row, behind all others.</summary>
    public void Add(Guid id, long number)
    {
        _waiting.Add(id, number);
        _last = number;
        _added++;
    }

    /// <summary>A row is gone.</summary>
    public void Remove(Guid id)
    {
        if (!_waiting.Remove(id))
        {
            _delete.Execute(SortKeys.OfId(id));
        }
    }

    /// <summary>All rows are gone, or none is to be remembered.</summary>
    public void Clear()
    {
        _waiting.Clear();
        (_entering, _entered, _added) = ([], 0, 0);
    }

    /// <summary>A batch ends: has some of those enter that wait, where there are enough, or little else is to be done.</summary>
    /// <param name="count">How many records there are.</param>
    public void Settle(int count)
    {
        int added = _added;
        _added = 0;
        if (_entered == _entering.Length && _waiting.Count > 0 && (added < FewRecords || _waiting.Count >= GetMostWaiting(count)))
        {
            Begin();
        }

        Enter(Math.Max(LeastEntering, 2 * added), MarkDistance);
    }

    /// <summary>Has all of them enter, so that nobody has to look at their rows again. A disk that is full keeps them from it, which
    /// leaves the database as good as it was.</summary>
    public void Finish()
    {
        try
        {
            if (_waiting.Count > 0)
            {
                _database.Transact(() =>
                {
                    Begin();
                    Enter(int.MaxValue, distance: 1);
                });
            }
        }
        catch (PeerException failure) when (failure.Error != PeerErrors.InvalidDatabase)
        {
            // They wait on.
        }
    }

    private static int GetMostWaiting(int count) => Math.Clamp(count / WaitingShare, LeastWaiting, MostWaiting);

    private void Begin()
    {
        _entering = [.. _waiting.Keys];
        _entered = 0;
        _enteringLast = _last;

        // Guid's own order is that of its bytes.
        Array.Sort(_entering);
    }

    private void Enter(int most, int distance)
    {
        if (_entered == _entering.Length)
        {
            return;
        }

        for (int end = (int)Math.Min((long)_entered + most, _entering.Length); _entered < end; _entered++)
        {
            // One that was removed meanwhile waits no more.
            if (_waiting.Remove(_entering[_entered], out long number))
            {
                _insert.Execute(SortKeys.OfId(_entering[_entered]), number);
            }
        }

        if (_entered == _entering.Length && _enteringLast - _writtenLast >= distance)
        {
            _writeLast.Execute(_enteringLast);
            _writtenLast = _enteringLast;
        }
    }
}

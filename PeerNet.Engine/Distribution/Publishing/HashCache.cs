using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>
/// The hashes of files as they were last read: a file whose stamp is unchanged is not read again. What was least recently
/// used goes when there is too much.
/// </summary>
internal sealed class HashCache
{
    /// <summary>Bytes of hashes that are kept: those of about a terabyte of files in both versions.</summary>
    public const long DefaultMaximumSize = 1L << 30;

    // A hit is a write only now and then.
    private static readonly TimeSpan UseStep = TimeSpan.FromHours(1);

    private readonly PublishingDatabase _database;
    private readonly TimeProvider _time;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _use;
    private readonly SqliteStatement _store;
    private readonly SqliteStatement _measure;
    private readonly SqliteStatement _oldest;
    private readonly SqliteStatement _remove;
    private readonly SqliteStatement _clear;

    // At least what is there: hashes that were replaced, and transactions that failed, are still counted.
    private long _size;

    /// <param name="database">Where the hashes are.</param>
    /// <param name="time">Says what was used when.</param>
    /// <param name="maximumSize">Bytes of hashes that are kept.</param>
    public HashCache(PublishingDatabase database, TimeProvider time, long maximumSize = DefaultMaximumSize)
    {
        _database = database;
        _time = time;
        MaximumSize = maximumSize;
        _find = database.Prepare(
            """
            SELECT hashes, used FROM file
            WHERE path = ?1 AND version = ?2 AND length = ?3 AND modified = ?4 AND changed = ?5 AND number = ?6
            """);
        _use = database.Prepare("UPDATE file SET used = ?3 WHERE path = ?1 AND version = ?2");
        _store = database.Prepare("INSERT INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _measure = database.Prepare("SELECT count(DISTINCT path), coalesce(sum(size), 0) FROM file");
        _oldest = database.Prepare("SELECT path, version, size FROM file ORDER BY used, path LIMIT 1");
        _remove = database.Prepare("DELETE FROM file WHERE path = ?1 AND version = ?2");
        _clear = database.Prepare("DELETE FROM file");
        _size = Measure().Size;
    }

    /// <summary>Bytes of hashes that are kept.</summary>
    public long MaximumSize { get; }

    /// <summary>The hashes of a file; null where they are not known, or it is another file now.</summary>
    public StoredHashes? Find(string path, FileStamp stamp, PeerContentVersion version)
    {
        long? id = null;
        long used = 0;
        _find.Query(
            row => (id, used) = (row.GetInt64(0), row.GetInt64(1)),
            path,
            (int)version,
            stamp.Length,
            stamp.Modified,
            stamp.Changed,
            stamp.Id);
        long now = _time.GetUtcNow().UtcTicks;
        if (id is not null && Math.Abs(now - used) > UseStep.Ticks)
        {
            _use.Execute(path, (int)version, now);
        }

        return id is { } known ? _database.Find(known) : null;
    }

    /// <summary>Keeps the hashes of a file. Part of a transaction.</summary>
    public void Store(string path, FileStamp stamp, StoredHashes stored)
    {
        long id = _database.Keep(stored);
        _remove.Execute(path, (int)stored.Hashes.Version);
        _store.Execute(
            path,
            (int)stored.Hashes.Version,
            stamp.Length,
            stamp.Modified,
            stamp.Changed,
            stamp.Id,
            _time.GetUtcNow().UtcTicks,
            stored.Hashes.Bytes.Length,
            id);
        _size += stored.Hashes.Bytes.Length;
        if (_size > MaximumSize)
        {
            Evict();
        }
    }

    /// <summary>How many files are known, and how many bytes their hashes take.</summary>
    public (int Files, long Size) Measure()
    {
        (int Files, long Size) measure = default;
        _measure.Query(row => measure = (row.GetInt32(0), row.GetInt64(1)));
        return measure;
    }

    /// <summary>Forgets all files. Publications keep their hashes.</summary>
    public void Clear() => _clear.Execute();

    private void Evict()
    {
        _size = Measure().Size;
        while (_size > MaximumSize)
        {
            (string Path, int Version, long Size) oldest = ("", 0, _size);
            _oldest.Query(row => oldest = (row.GetString(0), row.GetInt32(1), row.GetInt64(2)));
            _remove.Execute(oldest.Path, oldest.Version);
            _size -= oldest.Size;
        }
    }
}

/// <summary>Hashes that are in the database, or are to be put there.</summary>
/// <param name="hashes">The hashes.</param>
internal sealed class StoredHashes(ContentHashes hashes)
{
    /// <summary>The hashes.</summary>
    public ContentHashes Hashes { get; } = hashes;

    /// <summary>Their number in the database; null before they are there.</summary>
    public long? Id { get; set; }
}

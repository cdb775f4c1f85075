using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>
/// The database of what this node has hashed and published. Hashes are kept once, whether the hash cache, publications or
/// both refer to them, and without the server secret; they go with the last reference.
/// </summary>
internal sealed class PublishingDatabase : IDisposable
{
    private static readonly SqliteSchema Schema = new()
    {
        ApplicationId = 0x504E5042, // "PNPB"
        Migrations =
        [
            """
            CREATE TABLE hashes (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                version INTEGER NOT NULL,
                algorithm INTEGER NOT NULL,
                length INTEGER NOT NULL,
                bytes BLOB NOT NULL);
            CREATE TABLE file (
                path TEXT NOT NULL,
                version INTEGER NOT NULL,
                length INTEGER NOT NULL,
                modified INTEGER NOT NULL,
                changed INTEGER NOT NULL,
                number TEXT NOT NULL,
                used INTEGER NOT NULL,
                size INTEGER NOT NULL,
                hashes INTEGER NOT NULL REFERENCES hashes (id),
                PRIMARY KEY (path, version));
            CREATE INDEX file_used ON file (used);
            CREATE INDEX file_hashes ON file (hashes);
            CREATE TABLE publication (
                content_id TEXT PRIMARY KEY,
                path TEXT,
                length INTEGER NOT NULL,
                modified INTEGER NOT NULL,
                changed INTEGER NOT NULL,
                number TEXT NOT NULL,
                prefix TEXT,
                served_as TEXT,
                published INTEGER NOT NULL);
            CREATE TABLE publication_version (
                content_id TEXT NOT NULL REFERENCES publication (content_id) ON DELETE CASCADE,
                place INTEGER NOT NULL,
                version INTEGER NOT NULL,
                hashes INTEGER NOT NULL REFERENCES hashes (id),
                PRIMARY KEY (content_id, version));
            CREATE INDEX publication_version_hashes ON publication_version (hashes);
            CREATE TRIGGER file_deleted AFTER DELETE ON file BEGIN
                DELETE FROM hashes WHERE id = OLD.hashes
                    AND NOT EXISTS (SELECT 1 FROM file WHERE hashes = OLD.hashes)
                    AND NOT EXISTS (SELECT 1 FROM publication_version WHERE hashes = OLD.hashes);
            END;
            CREATE TRIGGER publication_version_deleted AFTER DELETE ON publication_version BEGIN
                DELETE FROM hashes WHERE id = OLD.hashes
                    AND NOT EXISTS (SELECT 1 FROM file WHERE hashes = OLD.hashes)
                    AND NOT EXISTS (SELECT 1 FROM publication_version WHERE hashes = OLD.hashes);
            END;
            """,
            "ALTER TABLE publication ADD COLUMN real_path TEXT",
        ],
    };

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _exists;
    private readonly SqliteStatement _select;

    private PublishingDatabase(SqliteDatabase database)
    {
        _database = database;
        _insert = Prepare(
            "INSERT INTO hashes (version, algorithm, length, bytes) VALUES (?1, ?2, ?3, ?4) RETURNING id");
        _exists = Prepare("SELECT 1 FROM hashes WHERE id = ?1");
        _select = Prepare("SELECT version, algorithm, length, bytes FROM hashes WHERE id = ?1");
    }

    /// <summary>The database's file.</summary>
    public string Location => _database.Location;

    /// <summary>Opens the database, or makes it.</summary>
    /// <exception cref="Core.PeerException">It is damaged, or cannot be opened.</exception>
    public static PublishingDatabase Open(string path)
    {
        SqliteDatabase database = SqliteDatabase.Open(path, Schema, SqliteDurability.Normal);
        try
        {
            return new PublishingDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement, which is closed with the database.</summary>
    public SqliteStatement Prepare(string sql) => _database.Prepare(sql);

    /// <summary>Does all of something or, where it throws, nothing of it.</summary>
    public void Transact(Action action) => _database.Transact(action);

    /// <summary>Sees to it that hashes are stored. Within the transaction something must refer to them.</summary>
    /// <returns>Their number.</returns>
    public long Keep(StoredHashes stored)
    {
        if (stored.Id is { } known && _exists.QueryValue(known) is not null)
        {
            return known;
        }

        ContentHashes hashes = stored.Hashes;
        long id = (long)_insert.QueryValue(
            (int)hashes.Version, (int)hashes.Algorithm, hashes.Length, hashes.Bytes.ToArray())!;
        stored.Id = id;
        return id;
    }

    /// <summary>Reads hashes; null where they are not there, or not what they say.</summary>
    public StoredHashes? Find(long id)
    {
        StoredHashes? stored = null;
        _select.Query(
            row => stored = ContentHashes.TryCreate(
                (PeerContentVersion)row.GetInt32(0),
                (PeerContentHash)row.GetInt32(1),
                row.GetInt64(2),
                row.GetBytes(3),
                out ContentHashes? hashes)
                ? new StoredHashes(hashes) { Id = id }
                : null,
            id);
        return stored;
    }

    public void Dispose() => _database.Dispose();
}

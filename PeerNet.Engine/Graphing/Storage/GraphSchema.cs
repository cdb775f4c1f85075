using System.Globalization;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// The database of a graph. A record is its bytes on the wire; the other columns are taken from them to find it by, each as
/// short as will do: every byte of an index is written once more for each record.
/// </summary>
/// <remarks>
/// <c>modified</c> and <c>expires</c> are peer times as <see cref="SortKeys.OfTime"/> makes them; <c>kind</c> is the number of
/// the record's type; <c>checksum</c> is CRC-32C of the bytes; <c>attribute.value</c> is <see cref="SortKeys.OfValue"/>.
/// <c>several</c> has the records with more than one value of a name and type: two of them may hold what one does not.
/// A creator's records are found by what their ids begin with. <c>place</c> says in which row the record of an id is, for all
/// but some of the rows behind <c>graph.placed</c>: see <see cref="RecordPlaces"/>.
/// </remarks>
internal static class GraphSchema
{
    // Where a record's bytes have its version.
    private const int VersionPlace = 33;

    public static readonly SqliteSchema Instance = new()
    {
        ApplicationId = 0x504E4752, // "PNGR"
        Migrations =
        [
            """
            CREATE TABLE record (
                number INTEGER PRIMARY KEY,
                id BLOB NOT NULL,
                kind INTEGER NOT NULL,
                creator INTEGER NOT NULL,
                modified INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                bytes BLOB NOT NULL);
            CREATE INDEX record_key ON record (modified, id);
            CREATE INDEX record_kind ON record (kind, modified, id);
            CREATE INDEX record_creator ON record (creator);
            CREATE INDEX record_expires ON record (expires);
            CREATE TABLE attribute (
                name TEXT NOT NULL,
                type INTEGER NOT NULL,
                value BLOB NOT NULL,
                record INTEGER NOT NULL,
                PRIMARY KEY (name, type, value, record)) WITHOUT ROWID;
            CREATE TABLE graph (
                id BLOB NOT NULL,
                peer BLOB NOT NULL,
                creator BLOB NOT NULL,
                time_delta INTEGER NOT NULL,
                left_at INTEGER,
                is_synchronized INTEGER NOT NULL,
                info BLOB NOT NULL,
                node_attributes BLOB NOT NULL);
            """,
            "ALTER TABLE graph ADD COLUMN is_judged INTEGER NOT NULL DEFAULT 1;",

            // Until here memory knew the id, the version and the type of each record.
            $"""
            CREATE TABLE type (
                number INTEGER PRIMARY KEY,
                id BLOB NOT NULL UNIQUE);
            INSERT INTO type (id) SELECT DISTINCT substr(bytes, 1, 16) FROM record;
            CREATE TABLE kept (
                number INTEGER PRIMARY KEY,
                id BLOB NOT NULL,
                kind INTEGER NOT NULL,
                version INTEGER NOT NULL,
                modified INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                bytes BLOB NOT NULL);
            INSERT INTO kept
                SELECT number, id, (SELECT type.number FROM type WHERE type.id = substr(bytes, 1, 16)),
                    {ReadUInt32(VersionPlace)}, modified, expires, checksum, bytes
                FROM record ORDER BY number;
            DROP TABLE record;
            ALTER TABLE kept RENAME TO record;
            CREATE UNIQUE INDEX record_id ON record (id);
            CREATE INDEX record_key ON record (modified, id, version, kind);
            CREATE INDEX record_kind ON record (kind, modified, id, version);
            CREATE INDEX record_expires ON record (expires);
            CREATE TABLE several (
                name TEXT NOT NULL,
                type INTEGER NOT NULL,
                record INTEGER NOT NULL,
                PRIMARY KEY (name, type, record)) WITHOUT ROWID;
            INSERT INTO several SELECT name, type, record FROM attribute GROUP BY name, type, record HAVING count(*) > 1;
            """,

            // Until here an index had each id at once.
            """
            CREATE TABLE place (
                id BLOB NOT NULL PRIMARY KEY,
                number INTEGER NOT NULL) WITHOUT ROWID;
            ALTER TABLE graph ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;
            """,
            new(
                """
                UPDATE graph SET placed = (SELECT ifnull(max(number), 0) FROM record);
                PRAGMA secure_delete = FAST;
                DROP INDEX record_id;
                PRAGMA secure_delete = ON;
                """)
            {
                // In the order of ids; each step goes on where the last one ended.
                Step =
                    """
                    INSERT INTO place
                        SELECT id, number FROM record INDEXED BY record_id
                        WHERE id > ifnull((SELECT max(id) FROM place), x'') ORDER BY id LIMIT 20000
                    """,
            },
        ],
    };

    // SQL has no number of a blob's bytes, but finds where in all of them one is.
    private static string ReadUInt32(int place)
    {
        string all = Convert.ToHexString([.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        return string.Join(" + ", Enumerable.Range(0, sizeof(uint)).Select(index => string.Create(
            CultureInfo.InvariantCulture,
            $"((instr(x'{all}', substr(bytes, {place + index}, 1)) - 1) << {8 * (sizeof(uint) - 1 - index)})")));
    }
}

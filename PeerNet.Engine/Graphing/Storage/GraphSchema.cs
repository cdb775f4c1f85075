using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// The database of a graph. A record is its bytes on the wire; the other columns are taken from them to find it by, each as
/// short as will do: every byte of an index is written once more for each record. Ids are unique because the store, the only
/// writer, knows them all.
/// </summary>
/// <remarks>
/// <c>modified</c> and <c>expires</c> are peer times as <see cref="SortKeys.OfTime"/> makes them; <c>kind</c> is
/// <see cref="SortKeys.OfType"/>, which different types may share; <c>creator</c> is the upper half that the creator's id gives
/// record ids; <c>checksum</c> is CRC-32C of the bytes; <c>attribute.value</c> is <see cref="SortKeys.OfValue"/>.
/// </remarks>
internal static class GraphSchema
{
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
        ],
    };
}

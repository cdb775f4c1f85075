using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The store's index: which segments there are, where, and what their blocks are checked by. It is a hint, not a promise:
/// every block is checked when it is read.
/// </summary>
internal sealed class CacheIndex : IDisposable
{
    private const string Clock = "clock";
    private const string Wall = "wall";
    private const string Clean = "clean";

    // A longer index is checked as a whole only where the store was not closed: that takes a second for 100 MB.
    private const long CheckedBytes = 4 * 1024 * 1024;

    private static readonly SqliteSchema Schema = new()
    {
        ApplicationId = 0x504E6463, // PNdc
        Migrations =
        [
            """
            CREATE TABLE segment (
                row INTEGER PRIMARY KEY,
                id BLOB NOT NULL UNIQUE,
                version INTEGER NOT NULL,
                length INTEGER NOT NULL,
                sealed INTEGER NOT NULL,
                volume INTEGER NOT NULL,
                slot INTEGER NOT NULL,
                held BLOB NOT NULL,
                added INTEGER NOT NULL,
                last_used INTEGER NOT NULL,
                stamp INTEGER NOT NULL,
                tag BLOB,
                algorithm INTEGER NOT NULL,
                hash_of_data BLOB NOT NULL,
                secret BLOB NOT NULL);
            CREATE INDEX segment_by_tag ON segment (tag) WHERE tag IS NOT NULL;
            CREATE TABLE block_hashes (
                row INTEGER PRIMARY KEY REFERENCES segment ON DELETE CASCADE,
                described BLOB NOT NULL,
                hashes BLOB NOT NULL);
            CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
            """,
        ],
    };

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _putHashes;
    private readonly SqliteStatement _describe;
    private readonly SqliteStatement _byTag;
    private readonly SqliteStatement _tags;
    private readonly SqliteStatement _getState;
    private readonly SqliteStatement _putState;

    private CacheIndex(SqliteDatabase database)
    {
        _database = database;
        _insert = database.Prepare(
            """
            INSERT OR REPLACE INTO segment (row, id, version, length, sealed, volume, slot, held, added, last_used, stamp,
                tag, algorithm, hash_of_data, secret)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """);
        _update = database.Prepare(
            """
            UPDATE segment SET volume = ?2, slot = ?3, held = ?4, last_used = ?5, stamp = ?6, tag = coalesce(?7, tag),
                length = ?8
            WHERE row = ?1
            """);
        _delete = database.Prepare("DELETE FROM segment WHERE row = ?1");
        _putHashes = database.Prepare("INSERT OR REPLACE INTO block_hashes (row, described, hashes) VALUES (?1, ?2, ?3)");
        _describe = database.Prepare(
            """
            SELECT version, length, algorithm, hash_of_data, secret, tag, described, hashes
            FROM segment LEFT JOIN block_hashes USING (row) WHERE row = ?1
            """);
        _byTag = database.Prepare("SELECT id FROM segment WHERE tag = ?1");
        _tags = database.Prepare("SELECT row, tag FROM segment WHERE tag IS NOT NULL");
        _getState = database.Prepare("SELECT value FROM state WHERE name = ?1");
        _putState = database.Prepare("INSERT OR REPLACE INTO state (name, value) VALUES (?1, ?2)");
    }

    /// <summary>What <see cref="CacheClock"/> is to go on from.</summary>
    public (long Clock, long Wall) SavedClock => (GetState(Clock), GetState(Wall));

    /// <summary>Opens the index, or makes one.</summary>
    /// <exception cref="Core.PeerException">It is damaged, or cannot be opened.</exception>
    public static CacheIndex Open(string path) => new(SqliteDatabase.Open(path, Schema, SqliteDurability.Normal, CheckedBytes));

    /// <summary>Notes that the store is in use from now on, and says whether it was closed as it should be.</summary>
    /// <exception cref="Core.PeerException">It was not, and the index is damaged.</exception>
    public bool Begin()
    {
        bool wasClean = GetState(Clean) == 1 || GetState(Wall) == 0;
        if (!wasClean && !_database.IsChecked)
        {
            _database.Check();
        }

        _putState.Execute(Clean, 0L);
        return wasClean;
    }

    /// <summary>Notes that everything is told.</summary>
    public void End() => _putState.Execute(Clean, 1L);

    /// <summary>Hands over all rows, in no order: whoever needs one sorts faster than the database.</summary>
    public void Load(Action<LoadedRow> take)
    {
        using SqliteStatement load = _database.Prepare(
            "SELECT row, id, version, length, sealed, volume, slot, held, added, last_used, stamp FROM segment");
        load.Query(reader => take(new LoadedRow
        {
            Row = reader.GetInt64(0),
            Id = SegmentId.TryCreate(reader.GetSpan(1), out SegmentId id) ? id : default,
            Version = (PeerContentVersion)reader.GetInt32(2),
            Length = reader.GetInt32(3),
            IsSealed = reader.GetBoolean(4),
            Volume = (short)reader.GetInt32(5),
            Slot = reader.GetInt32(6),
            Held = BlockBits.Read(reader.GetSpan(7)),
            Added = (uint)reader.GetInt64(8),
            LastUsed = (uint)reader.GetInt64(9),
            Stamp = (uint)reader.GetInt64(10),
        }));
    }

    /// <summary>Writes all of this or nothing.</summary>
    public void Write(IReadOnlyList<long> deleted, IReadOnlyList<IndexRow> rows, uint clock, uint wall) =>
        _database.Transact(() =>
        {
            foreach (long row in deleted)
            {
                _delete.Execute(row);
            }

            foreach (IndexRow row in rows)
            {
                Write(row);
            }

            _putState.Execute(Clock, (long)clock);
            _putState.Execute(Wall, (long)wall);
        });

    /// <summary>What is known of a segment; null where it is not there any more.</summary>
    public SegmentDescription? Describe(long row)
    {
        SegmentDescription? description = null;
        _describe.Query(reader => description = ReadDescription(reader), row);
        return description;
    }

    /// <summary>The segments with a tag.</summary>
    public IReadOnlyList<SegmentId> FindByTag(Guid tag)
    {
        List<SegmentId> ids = [];
        _byTag.Query(
            reader => ids.AddRange(
                SegmentId.TryCreate(reader.GetBytes(0), out SegmentId id) ? [id] : []),
            tag.ToByteArray());
        return ids;
    }

    /// <summary>The tags of those rows that have one.</summary>
    public IReadOnlyDictionary<long, Guid> GetTags()
    {
        Dictionary<long, Guid> tags = [];
        _tags.Query(reader => tags[reader.GetInt64(0)] = new Guid(reader.GetBytes(1)));
        return tags;
    }

    /// <summary>Removes what is on a volume that is not there.</summary>
    public void DeleteVolume(short volume)
    {
        using SqliteStatement delete = _database.Prepare("DELETE FROM segment WHERE volume = ?1");
        delete.Execute((long)volume);
    }

    /// <summary>Gives free pages back to the disk.</summary>
    public void Compact() => _database.Execute("VACUUM");

    public void Dispose() => _database.Dispose();

    private static SegmentDescription ReadDescription(SqliteRow reader)
    {
        var version = (PeerContentVersion)reader.GetInt32(0);
        int length = reader.GetInt32(1);
        int blockCount = version == PeerContentVersion.V1
            ? (length + PeerContentSegment.V1BlockSize - 1) / PeerContentSegment.V1BlockSize
            : 1;
        return new SegmentDescription(version, blockCount)
        {
            Algorithm = (PeerContentHash)reader.GetInt32(2),
            HashOfData = reader.GetBytes(3),
            Secret = reader.GetBytes(4),
            Tag = reader.IsNull(5) ? Guid.Empty : new Guid(reader.GetBytes(5)),
            Described = reader.IsNull(6) ? default : BlockBits.Read(reader.GetBytes(6)),
            Hashes = reader.IsNull(7) ? [] : reader.GetBytes(7),
        };
    }

    private void Write(IndexRow row)
    {
        byte[]? tag = row.Tag == Guid.Empty ? null : row.Tag.ToByteArray();
        if (row.IsIndexed)
        {
            _update.Execute(row.Row, (long)row.Volume, row.Slot, row.Held, row.LastUsed, row.Stamp, tag, row.Length);
        }
        else
        {
            SegmentDescription description = row.Description!;
            _insert.Execute(
                row.Row,
                row.Id.Bytes.ToArray(),
                (int)row.Version,
                row.Length,
                row.IsSealed,
                (long)row.Volume,
                row.Slot,
                row.Held,
                row.Added,
                row.LastUsed,
                row.Stamp,
                tag,
                (int)description.Algorithm,
                description.HashOfData,
                description.Secret);
        }

        if (row.Hashes is not null)
        {
            _putHashes.Execute(row.Row, BlockBits.Write(row.Described), row.Hashes);
        }
    }

    private long GetState(string name) => _getState.QueryValue(name) as long? ?? 0;
}

/// <summary>A segment as the index has it.</summary>
internal readonly record struct LoadedRow
{
    public long Row { get; init; }

    public SegmentId Id { get; init; }

    public PeerContentVersion Version { get; init; }

    public int Length { get; init; }

    public bool IsSealed { get; init; }

    public short Volume { get; init; }

    public int Slot { get; init; }

    public BlockSet Held { get; init; }

    public uint Added { get; init; }

    public uint LastUsed { get; init; }

    public uint Stamp { get; init; }
}

/// <summary>A segment on its way to the index.</summary>
internal sealed class IndexRow
{
    public required long Row { get; init; }

    public required SegmentId Id { get; init; }

    public required PeerContentVersion Version { get; init; }

    public required int Length { get; init; }

    public required bool IsSealed { get; init; }

    public required short Volume { get; init; }

    public required int Slot { get; init; }

    /// <summary>The blocks held: a bit each, the first is the lowest of the first byte.</summary>
    public required byte[] Held { get; init; }

    public required uint Added { get; init; }

    public required uint LastUsed { get; init; }

    public required uint Stamp { get; init; }

    /// <summary>Whether the index has the row already.</summary>
    public bool IsIndexed { get; init; }

    public Guid Tag { get; init; }

    /// <summary>What a new row is described by.</summary>
    public SegmentDescription? Description { get; init; }

    /// <summary>The hashes, where the index does not have them as they are.</summary>
    public byte[]? Hashes { get; init; }

    /// <summary>The blocks whose hashes <see cref="Hashes"/> has.</summary>
    public BlockSet Described { get; init; }
}

/// <summary>Sets of blocks as bytes: a bit each, the first is the lowest of the first byte.</summary>
internal static class BlockBits
{
    /// <summary>Most bytes of a set.</summary>
    public const int MaximumLength = BlockSet.Capacity / 8;

    /// <summary>Writes a set, without zero bytes at its end.</summary>
    public static byte[] Write(BlockSet blocks)
    {
        Span<byte> bits = stackalloc byte[MaximumLength];
        int length = 0;
        for (int index = blocks.NextFrom(0); index >= 0; index = blocks.NextFrom(index + 1))
        {
            bits[index / 8] |= (byte)(1 << (index % 8));
            length = (index / 8) + 1;
        }

        return bits[..length].ToArray();
    }

    /// <summary>Reads a set; bytes over the maximum are passed over.</summary>
    public static BlockSet Read(ReadOnlySpan<byte> bits) => BlockSet.FromBits(bits[..Math.Min(bits.Length, MaximumLength)]);
}

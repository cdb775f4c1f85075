using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Lists of keys. Each page is a scan of one index from its first key on; what the index does not say of a record,
/// memory does.</summary>
internal sealed class KeyRows
{
    /// <summary>A page of the keys of all types.</summary>
    public const string AllSql = $"SELECT id FROM record WHERE {Range}";

    /// <summary>A page of the keys of a type, and of others that may share its <c>kind</c>.</summary>
    public const string KindSql = $"SELECT id FROM record WHERE kind = ?6 AND {Range}";

    /// <summary>The keys of what expires.</summary>
    public const string ExpiringSql = "SELECT id FROM record WHERE expires < ?1 ORDER BY expires LIMIT ?2";

    // Most types that are looked up one by one; a longer list is sifted out of all records.
    private const int MaximumLookups = 8;

    // Fewer rows at a time are not worth the call, where most are passed over.
    private const int LeastScan = 256;

    private const string Range = "(modified, id) > (?1, ?2) AND (modified, id) <= (?3, ?4) ORDER BY modified, id LIMIT ?5";

    private static readonly byte[] BeforeAll = [];
    private static readonly byte[] BehindAll = [.. Enumerable.Repeat(byte.MaxValue, SortKeys.IdLength + 1)];

    private readonly RecordIndex _index;
    private readonly SqliteStatement _all;
    private readonly SqliteStatement _ofKind;
    private readonly SqliteStatement _expiring;
    private readonly SqliteStatement _firstExpiration;

    public KeyRows(SqliteDatabase database, RecordIndex index)
    {
        _index = index;
        _all = database.Prepare(AllSql);
        _ofKind = database.Prepare(KindSql);
        _expiring = database.Prepare(ExpiringSql);
        _firstExpiration = database.Prepare("SELECT min(expires) FROM record");
    }

    /// <inheritdoc cref="IRecordStore.ListKeys"/>
    public IReadOnlyList<RecordKey> List(RecordSelection selection, RecordKey? after, int limit)
    {
        if (selection.Types.Count == 0)
        {
            return Sift(selection, after, limit, null, _ => true);
        }

        if (selection.IsExclusion || selection.Types.Count > MaximumLookups)
        {
            HashSet<Guid> types = [.. selection.Types];
            return Sift(selection, after, limit, null, type => types.Contains(type) != selection.IsExclusion);
        }

        List<RecordKey> keys =
        [
            .. selection.Types.Distinct().SelectMany(only => Sift(selection, after, limit, only, type => type == only)),
        ];
        keys.Sort();
        CollectionsMarshal.SetCount(keys, Math.Min(keys.Count, limit));
        return keys;
    }

    /// <inheritdoc cref="IRecordStore.ListExpiring"/>
    public IReadOnlyList<RecordKey> ListExpiring(PeerTime before, int limit) =>
        Read(_expiring, SortKeys.OfTime(before), limit);

    /// <summary>When the first record expires.</summary>
    public PeerTime? FindFirstExpiration() => _firstExpiration.QueryValue() is long key ? SortKeys.ToTime(key) : null;

    private List<RecordKey> Sift(
        RecordSelection selection, RecordKey? after, int limit, Guid? only, Func<Guid, bool> isMeant)
    {
        int scan = selection.Types.Count == 0 ? limit : Math.Max(limit, LeastScan);
        List<RecordKey> keys = [];
        List<RecordKey> page;
        do
        {
            page = Scan(selection, after, scan, only);
            foreach (RecordKey key in page)
            {
                if (isMeant(key.Type))
                {
                    keys.Add(key);
                    if (keys.Count == limit)
                    {
                        return keys;
                    }
                }
            }

            after = page.Count > 0 ? page[^1] : after;
        }
        while (page.Count == scan);
        return keys;
    }

    private List<RecordKey> Scan(RecordSelection selection, RecordKey? after, int limit, Guid? type)
    {
        (PeerTime since, byte[] sinceId) = after is { } key && !(key.Modified < selection.ModifiedSince)
            ? (key.Modified, SortKeys.OfId(key.Id))
            : (selection.ModifiedSince ?? new(ulong.MinValue), BeforeAll);
        (PeerTime until, byte[] untilId) = selection.Last is { } last
            ? (last.Modified, SortKeys.OfId(last.Id))
            : (new(ulong.MaxValue), BehindAll);
        return type is { } only
            ? Read(_ofKind, SortKeys.OfTime(since), sinceId, SortKeys.OfTime(until), untilId, limit, SortKeys.OfType(only))
            : Read(_all, SortKeys.OfTime(since), sinceId, SortKeys.OfTime(until), untilId, limit);
    }

    private List<RecordKey> Read(SqliteStatement statement, params ReadOnlySpan<object?> values)
    {
        List<RecordKey> keys = [];
        statement.Query(row => keys.Add(ReadKey(row)), values);
        return keys;
    }

    private RecordKey ReadKey(SqliteDataReader row)
    {
        // Without the array that the reader would make of the column.
        Guid id = SortKeys.ToId(SQLitePCL.raw.sqlite3_column_blob(row.Handle, 0));
        _index.TryGet(id, out IndexEntry entry);
        return new(entry.Modified, id, entry.Version, entry.Type);
    }
}

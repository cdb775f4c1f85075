using System.Runtime.InteropServices;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Lists of keys. Each page is a scan of one index from its first key on.</summary>
internal sealed class KeyRows
{
    /// <summary>A page of the keys of all types.</summary>
    public const string AllSql = $"SELECT {Columns} FROM record WHERE {Range}";

    /// <summary>A page of the keys of a type.</summary>
    public const string KindSql = $"SELECT {Columns} FROM record WHERE kind = ?6 AND {Range}";

    /// <summary>The keys of what expires.</summary>
    public const string ExpiringSql = $"SELECT {Columns} FROM record WHERE expires < ?1 ORDER BY expires LIMIT ?2";

    /// <summary>The key of a row.</summary>
    public const string OneSql = $"SELECT {Columns} FROM record WHERE number = ?1";

    private const string Columns = "id, modified, version, kind";

    // Most types that are looked up one by one; a longer list is sifted out of all records.
    private const int MaximumLookups = 8;

    // Fewer rows at a time are not worth the call, where most are passed over.
    private const int LeastScan = 256;

    private const string Range = "(modified, id) > (?1, ?2) AND (modified, id) <= (?3, ?4) ORDER BY modified, id LIMIT ?5";

    private static readonly byte[] BeforeAll = [];
    private static readonly byte[] BehindAll = [.. Enumerable.Repeat(byte.MaxValue, SortKeys.IdLength + 1)];

    private readonly TypeRows _types;
    private readonly SqliteStatement _one;
    private readonly SqliteStatement _all;
    private readonly SqliteStatement _ofKind;
    private readonly SqliteStatement _expiring;
    private readonly SqliteStatement _firstExpiration;

    public KeyRows(SqliteDatabase database, TypeRows types)
    {
        _types = types;
        _one = database.Prepare(OneSql);
        _all = database.Prepare(AllSql);
        _ofKind = database.Prepare(KindSql);
        _expiring = database.Prepare(ExpiringSql);
        _firstExpiration = database.Prepare("SELECT min(expires) FROM record");
    }

    /// <summary>The key of the record in a row; null where there is none.</summary>
    public RecordKey? Find(long number)
    {
        RecordKey? found = null;
        _one.Query(row => found = ReadKey(row), number);
        return found;
    }

    /// <inheritdoc cref="IRecordStore.ListKeys"/>
    public IReadOnlyList<RecordKey> List(RecordSelection selection, RecordKey? after, int limit)
    {
        if (selection.Types.Count == 0)
        {
            return Scan(selection, after, limit, null);
        }

        if (selection.IsExclusion || selection.Types.Count > MaximumLookups)
        {
            HashSet<Guid> types = [.. selection.Types];
            return Sift(selection, after, limit, type => types.Contains(type) != selection.IsExclusion);
        }

        List<RecordKey> keys =
        [
            .. selection.Types.Distinct().SelectMany(only => _types.TryGetNumber(only, out long kind)
                ? Scan(selection, after, limit, kind)
                : []),
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

    private List<RecordKey> Sift(RecordSelection selection, RecordKey? after, int limit, Func<Guid, bool> isMeant)
    {
        int scan = Math.Max(limit, LeastScan);
        List<RecordKey> keys = [];
        List<RecordKey> page;
        do
        {
            page = Scan(selection, after, scan, null);
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

    private List<RecordKey> Scan(RecordSelection selection, RecordKey? after, int limit, long? kind)
    {
        (PeerTime since, byte[] sinceId) = after is { } key && !(key.Modified < selection.ModifiedSince)
            ? (key.Modified, SortKeys.OfId(key.Id))
            : (selection.ModifiedSince ?? new(ulong.MinValue), BeforeAll);
        (PeerTime until, byte[] untilId) = selection.Last is { } last
            ? (last.Modified, SortKeys.OfId(last.Id))
            : (new(ulong.MaxValue), BehindAll);
        return kind is { } only
            ? Read(_ofKind, SortKeys.OfTime(since), sinceId, SortKeys.OfTime(until), untilId, limit, only)
            : Read(_all, SortKeys.OfTime(since), sinceId, SortKeys.OfTime(until), untilId, limit);
    }

    private List<RecordKey> Read(SqliteStatement statement, params ReadOnlySpan<object?> values)
    {
        List<RecordKey> keys = [];
        statement.Query(row => keys.Add(ReadKey(row)), values);
        return keys;
    }

    private RecordKey ReadKey(SqliteRow row)
    {
        // Without the array that the reader would make of the column.
        Guid id = SortKeys.ToId(row.GetSpan(0));
        return new(SortKeys.ToTime(row.GetInt64(1)), id, unchecked((uint)row.GetInt64(2)), _types.GetId(row.GetInt64(3)));
    }
}

using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>Databases as earlier versions have left them.</summary>
public sealed class DatabaseUpgradeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Location => _folder.Combine("graph.db");

    // The second version: memory knew ids, versions and types.
    [Fact]
    public void A_database_of_the_second_version_has_all_that_it_had()
    {
        GraphRecord[] records =
        [
            TestRecords.Create(1) with { Version = uint.MaxValue - 1, Attributes = Attributes(5, 7, 5) },
            TestRecords.Create(2, TestRecords.TypeB) with { Version = 0x01020304, Attributes = Attributes(6) },
            RecordEdits.Bury(TestRecords.Create(3), "editor", TestRecords.Time(9)),
        ];
        WriteSecondVersion(records);

        using RecordStore store = RecordFiller.Open(Location);
        Assert.Equal(records.Select(record => record.Key).Order(), store.ListKeys(RecordSelection.All, null, 10));
        Array.ForEach(records, record => StoreRig.AssertSame(record, store.Find(record.Id)));
        Assert.Equal([TestRecords.TypeA, TestRecords.TypeB], store.ListTypes().Order());
        Assert.Equal([records[0].Id, records[1].Id], Find(store, "n -gt 5 -and n -lt 7"));
        Assert.Equal([records[1].Id], Find(store, "n -eq 6"));
        store.Put(TestRecords.Create(4));
        store.Remove(records[0].Id);
        Assert.Equal([records[1].Id], Find(store, "n -gt 0"));
    }

    [Fact]
    public void A_forged_database_of_the_second_version_is_refused()
    {
        WriteSecondVersion([TestRecords.Create(1), TestRecords.Create(2)], bytes => bytes[..20]);

        Assert.Equal(PeerErrors.InvalidDatabase, Assert.Throws<PeerException>(() => RecordFiller.Open(Location)).Error);
    }

    // The third version: an index had each id at once.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public void A_database_of_the_third_version_has_all_that_it_had(int count)
    {
        GraphRecord[] records = WriteThirdVersion(count);

        AssertKept(records);
    }

    // What was placed when the process was killed stays, wherever that was.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(500)]
    public void An_upgrade_that_was_interrupted_goes_on(int placed)
    {
        GraphRecord[] records = WriteThirdVersion(500);
        using (SqliteDatabase database = Open(version: 4))
        {
            SqliteStatement place = database.Prepare("INSERT INTO place SELECT id, number FROM record WHERE id = ?1");
            foreach (GraphRecord record in records.OrderBy(record => record.Id).Take(placed))
            {
                place.Execute(SortKeys.OfId(record.Id));
            }
        }

        AssertKept(records);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertKept(GraphRecord[] records)
    {
        using RecordStore store = RecordFiller.Open(Location);
        Assert.Equal(records.Select(record => record.Key).Order(), store.ListKeys(RecordSelection.All, null, 1000));
        Array.ForEach(records, record => StoreRig.AssertSame(record, store.Find(record.Id)));
        if (records.Length > 0)
        {
            Assert.Equal([records[^1].Id], Find(store, $"peerrecordid -eq '{records[^1].Id}'"));
            store.Remove(records[0].Id);
        }

        store.Put(TestRecords.Create(1000));
        Assert.Equal(Math.Max(records.Length, 1), store.Count);
    }

    private SqliteDatabase Open(int version) => SqliteDatabase.Open(
        Location,
        GraphSchema.Instance with { Migrations = [.. GraphSchema.Instance.Migrations.Take(version)] },
        SqliteDurability.Normal);

    private static void WriteGraph(SqliteDatabase database) =>
        database.Prepare("INSERT INTO graph VALUES (?1, ?2, ?3, 0, NULL, 1, ?3, ?3, 1)").Execute(
            Utf16.Encode(TestRecords.GraphId), Utf16.Encode(TestRecords.PeerId), Array.Empty<byte>());

    private GraphRecord[] WriteThirdVersion(int count)
    {
        GraphRecord[] records = [.. Enumerable.Range(0, count).Select(number => TestRecords.Create(number))];
        using SqliteDatabase database = Open(version: 3);
        WriteGraph(database);
        SqliteStatement insert = database.Prepare("INSERT INTO record VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)");
        database.Prepare("INSERT INTO type VALUES (1, ?1)").Execute(SortKeys.OfId(TestRecords.TypeA));
        database.Transact(() =>
        {
            for (int number = 0; number < count; number++)
            {
                GraphRecord record = records[number];
                byte[] bytes = RecordCodec.Encode(record);
                insert.Execute(
                    number + 1,
                    SortKeys.OfId(record.Id),
                    (long)record.Version,
                    SortKeys.OfTime(record.Modified),
                    SortKeys.OfTime(record.Expires),
                    (long)RecordChecksum.Compute(bytes),
                    bytes);
            }
        });
        return records;
    }

    private static Guid[] Find(RecordStore store, string filter) =>
        [.. StoreRig.Find(store, new() { Query = SearchQuery.ParseFilter(filter) }).Select(record => record.Id)];

    private static string Attributes(params int[] values) =>
        $"<attributes>{string.Concat(values.Select(value => $"<attribute name='n' type='int'>{value}</attribute>"))}</attributes>";

    private void WriteSecondVersion(GraphRecord[] records, Func<byte[], byte[]>? damage = null)
    {
        using SqliteDatabase database = Open(version: 2);
        WriteGraph(database);
        SqliteStatement insert = database.Prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        SqliteStatement attribute = database.Prepare("INSERT INTO attribute VALUES (?1, ?2, ?3, ?4)");
        for (int number = 0; number < records.Length; number++)
        {
            GraphRecord record = records[number];
            byte[] bytes = RecordCodec.Encode(record);
            bytes = damage?.Invoke(bytes) ?? bytes;
            insert.Execute(
                number + 1,
                SortKeys.OfId(record.Id),
                Fold(record.Type),
                unchecked((long)RecordIds.GetUpperHalf(record.CreatorId)),
                SortKeys.OfTime(record.Modified),
                SortKeys.OfTime(record.Expires),
                (long)RecordChecksum.Compute(bytes),
                bytes);
            RecordAttributes.TryRead(record.Attributes, out IReadOnlyList<PeerRecordAttribute>? attributes);
            foreach (PeerRecordAttribute one in attributes!.DistinctBy(one => one.Text))
            {
                attribute.Execute(one.Name, (int)one.Type, SortKeys.OfValue(one.Type, one.Text), number + 1);
            }
        }
    }

    private static long Fold(Guid type)
    {
        byte[] bytes = type.ToByteArray();
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8));
    }
}

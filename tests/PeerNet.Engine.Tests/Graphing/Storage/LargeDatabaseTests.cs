using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>Databases that are too large to be looked at as a whole when they are opened.</summary>
public sealed class LargeDatabaseTests : IDisposable
{
    private const int Length = 100_000;
    private const int Count = 50;

    private readonly StoreRig _rig = new();
    private readonly GraphRecord[] _records =
        [.. Enumerable.Range(0, Count).Select(number => TestRecords.Create(number, length: Length))];

    public LargeDatabaseTests()
    {
        _rig.Store.Batch.Begin(isDurable: false);
        Array.ForEach(_records, record => _rig.Store.Put(record));
        _rig.Store.Batch.Commit();
        _rig.Store.Dispose();
        Assert.True(new FileInfo(_rig.Location).Length > RecordStore.CheckedBytes);
    }

    [Fact]
    public async Task A_sound_one_is_looked_at_when_there_is_time()
    {
        using RecordStore store = RecordFiller.Open(_rig.Location);
        Assert.Equal(Count, store.Count);
        StoreRig.AssertSame(_records[7], store.Find(_records[7].Id));

        await store.CheckAsync(CancellationToken.None);

        StoreRig.AssertSame(_records[7], store.Find(_records[7].Id));
        store.Put(TestRecords.Create(Count));
        Assert.Equal(Count + 1, StoreRig.Find(store, new()).Count);
    }

    // One byte of a payload, which SQLite has no checksum for.
    [Fact]
    public async Task A_record_that_the_disk_has_changed_is_never_answered()
    {
        byte[] file = await File.ReadAllBytesAsync(_rig.Location);
        file[file.AsSpan().IndexOf(_records[9].Payload.Span[..16])] ^= 1;
        await File.WriteAllBytesAsync(_rig.Location, file);

        await AssertRefusedAsync(_records[9]);
        Assert.Equal(file, await File.ReadAllBytesAsync(_rig.Location));
    }

    // Somebody who knows how: the checksum is right, and the row says what the bytes do.
    [Theory]
    [InlineData("UPDATE record SET bytes = ?1, checksum = ?2 WHERE id = ?3", "other graph")]
    [InlineData("UPDATE record SET bytes = ?1, checksum = ?2 WHERE id = ?3", "other id")]
    [InlineData("UPDATE record SET modified = modified + 1 WHERE ?1 <> ?2 AND id = ?3", "")]
    [InlineData("UPDATE record SET version = 77 WHERE ?1 <> ?2 AND id = ?3", "")]
    [InlineData("UPDATE record SET expires = expires + 1 WHERE ?1 <> ?2 AND id = ?3", "")]
    [InlineData("UPDATE record SET kind = 5 WHERE ?1 <> ?2 AND id = ?3", "")]
    public async Task A_forged_record_is_never_answered(string sql, string forgery)
    {
        GraphRecord forged = forgery switch
        {
            "other graph" => _records[9] with { GraphId = "other" },
            "other id" => _records[9] with { CreatorId = "somebody" },
            _ => _records[9],
        };
        byte[] bytes = RecordCodec.Encode(forged);
        Execute(sql, bytes, (long)RecordChecksum.Compute(bytes), SortKeys.OfId(forged.Id));

        await AssertRefusedAsync(_records[9]);
    }

    [Fact]
    public async Task A_torn_page_is_found_and_nothing_is_served_from_then_on()
    {
        byte[] file = await File.ReadAllBytesAsync(_rig.Location);
        file.AsSpan(file.Length / 2 / 4096 * 4096, 4096).Fill(0xff);
        await File.WriteAllBytesAsync(_rig.Location, file);
        using RecordStore store = RecordFiller.Open(_rig.Location);

        await AssertDamagedAsync(() => store.CheckAsync(CancellationToken.None));

        foreach (GraphRecord record in _records)
        {
            await AssertDamagedAsync(() => Task.FromResult(store.Find(record.Id)));
            await AssertDamagedAsync(() => Task.FromResult(store.TryGetKey(record.Id, out _)));
        }

        await AssertDamagedAsync(() => store.Search(new()).ReadAsync(10, 100, CancellationToken.None));
        await AssertDamagedAsync(() => Task.FromResult(store.ListKeys(RecordSelection.All, null, 10)));
    }

    public void Dispose() => _rig.Dispose();

    private async Task AssertRefusedAsync(GraphRecord record)
    {
        using RecordStore store = RecordFiller.Open(_rig.Location);
        await AssertDamagedAsync(() => Task.FromResult(store.Find(record.Id)));
        await AssertDamagedAsync(() => Task.FromResult(StoreRig.Find(store, new()).Single(found => found.Id == record.Id)));
        await AssertDamagedAsync(() => RecordTransfer.ExportAsync(store, _rig.Combine("out"), false, CancellationToken.None));
        Assert.False(File.Exists(_rig.Combine("out")));
        StoreRig.AssertSame(_records[3], store.Find(_records[3].Id));

        await AssertDamagedAsync(() => store.CheckAsync(CancellationToken.None));
        await AssertDamagedAsync(() => Task.FromResult(store.Find(_records[3].Id)));
    }

    private async Task AssertDamagedAsync(Func<Task> use)
    {
        PeerException failure = await Assert.ThrowsAsync<PeerException>(use);

        Assert.Equal(PeerErrors.InvalidDatabase, failure.Error);
        Assert.Contains(_rig.Location, failure.Message, StringComparison.Ordinal);
    }

    private void Execute(string sql, params object[] values)
    {
        using SqliteConnection connection = new($"Data Source={_rig.Location};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"?{i + 1}", values[i]);
        }

        Assert.Equal(1, command.ExecuteNonQuery());
    }
}

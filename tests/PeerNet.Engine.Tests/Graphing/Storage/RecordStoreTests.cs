using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

public sealed class RecordStoreTests : IDisposable
{
    private readonly StoreRig _rig = new();

    private RecordStore Store => _rig.Store;

    [Fact]
    public void A_record_comes_back_as_it_was_put_even_after_reopening()
    {
        GraphRecord full = CreateFull();
        GraphRecord tombstone = RecordEdits.Bury(TestRecords.Create(2), "editor", TestRecords.Time(5));
        Store.Put(full);
        Store.Put(tombstone);

        Check();
        _rig.Reopen();
        Check();

        void Check()
        {
            Assert.Equal(2, Store.Count);
            StoreRig.AssertSame(full, Store.Find(full.Id));
            StoreRig.AssertSame(tombstone, Store.Find(tombstone.Id));
            Assert.True(Store.TryGetKey(full.Id, out RecordKey key));
            Assert.Equal(full.Key, key);
        }
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Assert.Equal(0, Store.Count);
        Assert.Null(Store.Find(Guid.NewGuid()));
        Assert.False(Store.TryGetKey(Guid.NewGuid(), out _));
        Assert.Null(Store.NextExpiration);
        Assert.Empty(Store.ListTypes());
        Assert.Empty(Store.ListKeys(RecordSelection.All, null, 10));
        Assert.Empty(Store.ListExpiring(new(ulong.MaxValue), 10));
        Store.Remove(Guid.NewGuid());
    }

    [Fact]
    public void Times_beyond_the_signed_numbers_keep_their_order()
    {
        GraphRecord early = TestRecords.Create(1) with { Created = new(0), Modified = new(1), Expires = new(2) };
        GraphRecord late = TestRecords.Create(2) with { Modified = new(1UL << 63), Expires = new(ulong.MaxValue) };
        Store.Put(late);
        Store.Put(early);

        Assert.Equal([early.Key, late.Key], Store.ListKeys(RecordSelection.All, null, 10));
        Assert.Equal(early.Expires, Store.NextExpiration);
        Assert.Equal([late.Key], Store.ListKeys(new() { ModifiedSince = new(2) }, null, 10));
        _rig.Reopen();
        Assert.Equal([early.Key], Store.ListExpiring(new(3), 10));
    }

    [Fact]
    public void A_batch_that_is_cancelled_leaves_nothing()
    {
        GraphRecord kept = TestRecords.Create(1);
        Store.Put(kept);
        GraphState state = Store.State;

        Store.Batch.Begin(isDurable: false);
        Store.Put(TestRecords.Create(2, TestRecords.TypeB));
        Store.Put(TestRecords.Update(kept, 7));
        Store.Save(state with { PeerTimeDelta = TimeSpan.FromSeconds(9) });
        Assert.Equal(2, Store.ListKeys(RecordSelection.All, null, 10).Count);
        Store.Remove(kept.Id);
        Store.Batch.Cancel();

        Assert.Equal([kept.Key], Store.ListKeys(RecordSelection.All, null, 10));
        Assert.Equal([TestRecords.TypeA], Store.ListTypes());
        Assert.Equal(kept.Expires, Store.NextExpiration);
        Assert.Equal(TimeSpan.Zero, Store.State.PeerTimeDelta);
        StoreRig.AssertSame(kept, Store.Find(kept.Id));
        Store.Put(TestRecords.Create(3));
        Assert.Equal(2, _rig.Reopen().Count);
    }

    [Fact]
    public void A_batch_that_changes_nothing_leaves_the_database_alone()
    {
        using SqliteConnection other = new($"Data Source={_rig.Location};Pooling=false");
        other.Open();
        using SqliteCommand command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();

        Store.Batch.Begin(isDurable: false);
        Assert.Null(Store.Find(Guid.NewGuid()));
        Assert.Null(Record.Exception(Store.Batch.Commit));
    }

    // Else the log of a graph that is only read could never be written back.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_that_has_only_read_leaves_the_log_free_when_it_ends(bool isKept)
    {
        GraphRecord record = TestRecords.Create(1);
        Store.Put(record);
        Store.Batch.Begin(isDurable: false);
        StoreRig.AssertSame(record, Store.Find(record.Id));
        (isKept ? (Action)Store.Batch.Commit : Store.Batch.Cancel)();

        using SqliteConnection other = new($"Data Source={_rig.Location};Pooling=false");
        other.Open();
        using SqliteCommand command = other.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        Assert.Equal(0L, command.ExecuteScalar());
        StoreRig.AssertSame(record, Store.Find(record.Id));
    }

    [Fact]
    public void A_place_whose_row_is_not_there_is_damage()
    {
        GraphRecord absent = TestRecords.Create(1);
        using SqliteConnection other = new($"Data Source={_rig.Location};Pooling=false");
        other.Open();
        using SqliteCommand command = other.CreateCommand();
        command.CommandText = "INSERT INTO place (id, number) VALUES ($id, 7)";
        command.Parameters.AddWithValue("$id", absent.Id.ToByteArray(bigEndian: true));
        command.ExecuteNonQuery();

        Assert.Equal(PeerErrors.InvalidDatabase, Assert.Throws<PeerException>(() => Store.Find(absent.Id)).Error);
    }

    [Fact]
    public void Batches_do_not_nest()
    {
        Store.Batch.Begin(isDurable: false);

        Assert.Throws<InvalidOperationException>(() => Store.Batch.Begin(isDurable: true));

        Store.Batch.Cancel();
        Store.Put(TestRecords.Create(1));
        Assert.Equal(1, _rig.Reopen().Count);
    }

    [Fact]
    public void A_batch_that_was_not_committed_is_undone_with_closing()
    {
        Store.Batch.Begin(isDurable: true);
        Store.Put(TestRecords.Create(1));

        Assert.Equal(0, _rig.Reopen().Count);
    }

    [Fact]
    public void What_is_kept_beside_the_records_comes_back()
    {
        GraphState state = Store.State with
        {
            CreatorId = "ä\ud800",
            PeerTimeDelta = TimeSpan.FromTicks(-5),
            Left = new(ulong.MaxValue),
            IsSynchronized = true,
            GraphInfo = new byte[] { 1, 2, 3 },
            NodeAttributes = "a",
        };
        Store.Save(state);

        GraphState read = _rig.Reopen().State;
        Assert.Equal(state with { GraphInfo = read.GraphInfo }, read);
        Assert.Equal(state.GraphInfo.ToArray(), read.GraphInfo.ToArray());
    }

    // MS-PPGRH 3.1.4.2
    [Fact]
    public void Records_of_the_moment_are_not_loaded()
    {
        foreach (Guid type in (Guid[])[RecordTypes.GraphInfo, RecordTypes.Signature, RecordTypes.Contact, RecordTypes.Presence])
        {
            Store.Put(TestRecords.Create(1, type));
        }

        Assert.Equal([RecordTypes.GraphInfo], _rig.Reopen().ListTypes());
        Assert.Equal(1, _rig.Reopen().Count);
    }

    [Fact]
    public void A_database_is_opened_by_its_owner_alone()
    {
        Store.Dispose();

        AssertOpenFails(PeerErrors.InvalidDatabase, "other", TestRecords.PeerId);
        AssertOpenFails(PeerErrors.InvalidDatabase, TestRecords.GraphId, "other");
        File.Delete(_rig.Location);
        AssertOpenFails(PeerErrors.DatabaseNotPresent, TestRecords.GraphId, TestRecords.PeerId);
        Assert.False(File.Exists(_rig.Location));
    }

    [Fact]
    public void A_database_is_not_made_over_another()
    {
        Store.Put(TestRecords.Create(1));
        Store.Dispose();

        Assert.Equal(
            PeerErrors.DatabaseAlreadyPresent,
            Assert.Throws<PeerException>(() => RecordStore.Create(_rig.Location, Store.State)).Error);
        Assert.Equal(1, _rig.Reopen().Count);
    }

    // One byte of a payload, which SQLite has no checksum for.
    [Fact]
    public void A_record_that_the_disk_has_changed_is_found_and_nothing_is_overwritten()
    {
        GraphRecord record = TestRecords.Create(1, length: 2000);
        Store.Put(record);
        Store.Dispose();
        byte[] file = File.ReadAllBytes(_rig.Location);
        int place = file.AsSpan().IndexOf(record.Payload.Span[..16]);
        file[place] ^= 1;
        File.WriteAllBytes(_rig.Location, file);

        AssertOpenFails(PeerErrors.InvalidDatabase, TestRecords.GraphId, TestRecords.PeerId);
        Assert.Equal(file, File.ReadAllBytes(_rig.Location));
    }

    [Fact]
    public void A_full_disk_undoes_the_batch_and_leaves_the_store_at_work()
    {
        Store.Dispose();
        using RecordStore store = RecordStore.Open(
            _rig.Location,
            TestRecords.GraphId,
            TestRecords.PeerId,
            maximumBytes: 200_000);
        GraphRecord kept = TestRecords.Create(1);
        store.Put(kept);

        store.Batch.Begin(isDurable: false);
        store.Put(TestRecords.Update(kept, 5));
        PeerException exception = Assert.Throws<PeerException>(() =>
        {
            for (int number = 10; number < 10_000; number++)
            {
                store.Put(TestRecords.Create(number, TestRecords.TypeB, length: 10_000));
            }
        });

        Assert.Equal(PeerErrors.DiskFull, exception.Error);
        Assert.Equal([kept.Key], store.ListKeys(RecordSelection.All, null, 10));
        Assert.Equal([TestRecords.TypeA], store.ListTypes());
        StoreRig.AssertSame(kept, store.Find(kept.Id));
        store.Batch.Cancel();
        store.Put(TestRecords.Create(3));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public void Purged_content_is_overwritten()
    {
        GraphRecord record = TestRecords.Create(1, length: 5000);
        Store.Put(record);
        Store.Remove(record.Id);
        Store.Dispose();

        Assert.Equal(-1, File.ReadAllBytes(_rig.Location).AsSpan().IndexOf(record.Payload.Span[..16]));
    }

    public void Dispose() => _rig.Dispose();

    private static GraphRecord CreateFull() => TestRecords.Create(1) with
    {
        Version = uint.MaxValue,
        Modified = TestRecords.Time(50),
        ModifierId = "x\ud800",
        SecurityData = new byte[] { 1, 2, 3 },
        Attributes = "<attributes><attribute name=\"a\" type=\"int\">1</attribute></attributes>",
    };

    private void AssertOpenFails(PeerError error, string graphId, string peerId)
    {
        PeerException exception = Assert.Throws<PeerException>(() =>
            RecordStore.Open(_rig.Location, graphId, peerId));

        Assert.Equal(error, exception.Error);
        Assert.Contains(_rig.Location, exception.Message, StringComparison.Ordinal);
    }
}

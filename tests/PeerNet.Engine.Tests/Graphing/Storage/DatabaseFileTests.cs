using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

public sealed class DatabaseFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = TestRecords.Time(1000).ToUtc(TimeSpan.FromSeconds(3));

    private static readonly GraphState State = new()
    {
        GraphId = TestRecords.GraphId,
        PeerId = TestRecords.PeerId,
        CreatorId = "creator",
        PeerTimeDelta = TimeSpan.FromSeconds(3),
        Left = TestRecords.Time(900),
        IsSynchronized = true,
        GraphInfo = new byte[] { 1, 2 },
        NodeAttributes = "attributes",
    };

    private readonly StoreRig _rig = new();

    private string Exported => _rig.Combine("exported.pngraph");

    [Fact]
    public async Task What_was_exported_is_imported()
    {
        GraphRecord record = TestRecords.Create(1) with
        {
            Attributes = "<attributes><attribute name=\"a\" type=\"int\">5</attribute></attributes>",
        };
        GraphRecord tombstone = RecordEdits.Bury(TestRecords.Create(2), "editor", TestRecords.Time(5));
        await ExportAsync(record, tombstone);
        _rig.Store.Remove(record.Id);
        _rig.Store.Put(TestRecords.Create(3));
        _rig.Store.Save(State with { CreatorId = "", GraphInfo = default });

        Assert.Equal(new ImportCounts(2, 0, 0, 0), Import());
        _rig.Reopen();
        StoreRig.AssertSame(record, _rig.Store.Find(record.Id));
        StoreRig.AssertSame(tombstone, _rig.Store.Find(tombstone.Id));
        Assert.Equal(2, _rig.Store.Count);
        Assert.Single(StoreRig.Find(_rig.Store, new() { Query = SearchQuery.ParseFilter("a -eq 5") }));
        AssertSame(State, _rig.Store.State);
        AssertSame(State, RecordTransfer.ReadState(Exported, default));
    }

    [Fact]
    public async Task What_expires_and_what_is_of_the_moment_stays_behind_and_the_rest_is_still_to_be_judged()
    {
        GraphRecord record = TestRecords.Create(1);
        await ExportAsync(
            record,
            TestRecords.Create(4) with { Expires = TestRecords.Time(1000) },
            TestRecords.Create(5, RecordTypes.Presence),
            TestRecords.Create(6, RecordTypes.Signature),
            TestRecords.Create(7, RecordTypes.Contact));

        ImportCounts counts = RecordTransfer.Import(_rig.Store, Exported, Now, default);

        Assert.Equal(new ImportCounts(Accepted: 1, Rejected: 0, Expired: 1, Skipped: 3), counts);
        Assert.Equal([record.Key], _rig.Store.ListKeys(RecordSelection.All, null, 10));
        Assert.False(_rig.Reopen().State.IsJudged);
    }

    // The hash is right, and yet somebody made the file.
    [Fact]
    public void Forged_records_are_rejected()
    {
        GraphRecord sound = TestRecords.Create(1);
        WriteFile(
            DatabaseFile.Write(State),
            RecordCodec.Encode(sound),
            RecordCodec.Encode(sound),
            RecordCodec.Encode(TestRecords.Create(2) with { GraphId = "other" }),
            RecordCodec.Encode(TestRecords.Create(3) with { CreatorId = "other" }),
            [1, 2, 3]);

        Assert.Equal(new ImportCounts(1, 4, 0, 0), Import());
    }

    [Fact]
    public async Task The_file_of_another_graph_or_peer_changes_nothing()
    {
        GraphRecord record = TestRecords.Create(1);
        await ExportAsync(record);
        foreach (GraphState other in (GraphState[])[State with { GraphId = "other" }, State with { PeerId = "other" }])
        {
            WriteFile(DatabaseFile.Write(other));
            AssertFails(PeerErrors.InvalidDatabase);
        }

        Assert.Equal([record.Key], _rig.Store.ListKeys(RecordSelection.All, null, 10));
    }

    [Fact]
    public async Task A_damaged_file_changes_nothing()
    {
        GraphRecord record = TestRecords.Create(1);
        await ExportAsync(record);
        byte[] sound = File.ReadAllBytes(Exported);
        for (int place = 0; place < sound.Length; place++)
        {
            byte[] damaged = [.. sound];
            damaged[place] ^= 0x10;
            File.WriteAllBytes(Exported, damaged);
            AssertFails(place == 7 ? PeerErrors.UnsupportedVersion : PeerErrors.InvalidDatabase);
            File.WriteAllBytes(Exported, sound[..place]);
            AssertFails(PeerErrors.InvalidDatabase);
        }

        File.WriteAllBytes(Exported, [.. sound, 0]);
        AssertFails(PeerErrors.InvalidDatabase);
        File.Delete(Exported);
        AssertFails(PeerErrors.NotFound);
        Assert.Equal([record.Key], _rig.Store.ListKeys(RecordSelection.All, null, 10));
    }

    // Lengths that promise more than there is, under a hash that is right.
    [Fact]
    public void A_forged_length_asks_for_no_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (int length in (int[])[5, 1_000_000, int.MaxValue, -1])
        {
            WriteRaw([.. DatabaseFile.WriteHead(), .. DatabaseFile.WriteLength(length)]);
            AssertFails(PeerErrors.InvalidDatabase);
            WriteRaw(
            [
                .. DatabaseFile.WriteHead(), .. DatabaseFile.WriteLength(DatabaseFile.Write(State).Length),
                .. DatabaseFile.Write(State), .. DatabaseFile.WriteLength(length),
            ]);
            AssertFails(PeerErrors.InvalidDatabase);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Fact]
    public async Task A_full_disk_or_a_change_of_mind_leaves_everything_as_it_was()
    {
        await ExportAsync([.. Enumerable.Range(0, 50).Select(number => TestRecords.Create(number, length: 20_000))]);
        _rig.Store.Dispose();
        using RecordStore store = RecordStore.Create(_rig.Combine("small.db"), State, maximumBytes: 300_000);
        GraphRecord record = TestRecords.Create(99);
        store.Put(record);

        Assert.Equal(
            PeerErrors.DiskFull,
            Assert.Throws<PeerException>(() => RecordTransfer.Import(store, Exported, Now, default)).Error);
        Assert.Throws<OperationCanceledException>(
            () => RecordTransfer.Import(store, Exported, Now, new CancellationToken(canceled: true)));
        Assert.Equal([record.Key], store.ListKeys(RecordSelection.All, null, 10));
        AssertSame(State, store.State);
        StoreRig.AssertSame(record, store.Find(record.Id));
    }

    [Fact]
    public async Task An_export_is_private_whole_and_overwrites_only_when_asked_to()
    {
        await ExportAsync(TestRecords.Create(1));
        byte[] before = File.ReadAllBytes(Exported);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Exported));
        }

        PeerException exception = await Assert.ThrowsAsync<PeerException>(
            () => RecordTransfer.ExportAsync(_rig.Store, Exported, false, default));
        Assert.Equal(PeerErrors.AlreadyExists, exception.Error);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RecordTransfer.ExportAsync(_rig.Store, Exported, true, new CancellationToken(canceled: true)));
        Assert.Equal(before, File.ReadAllBytes(Exported));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(Exported)!, "*.peernet-tmp"));
        await RecordTransfer.ExportAsync(_rig.Store, Exported, true, default);
    }

    public void Dispose() => _rig.Dispose();

    private static void AssertSame(GraphState expected, GraphState actual) =>
        Assert.Equal(DatabaseFile.Write(expected), DatabaseFile.Write(actual));

    private async Task ExportAsync(params GraphRecord[] records)
    {
        _rig.Store.Save(State);
        Array.ForEach(records, record => _rig.Store.Put(record));
        await RecordTransfer.ExportAsync(_rig.Store, Exported, overwrite: false, default);
    }

    private ImportCounts Import() => RecordTransfer.Import(_rig.Store, Exported, Now, default);

    private void AssertFails(PeerError error) => Assert.Equal(error, Assert.Throws<PeerException>(() => Import()).Error);

    private void WriteFile(params byte[][] parts) => WriteRaw(
    [
        .. DatabaseFile.WriteHead(),
        .. parts.SelectMany(part => DatabaseFile.WriteLength(part.Length).Concat(part)),
        .. DatabaseFile.WriteLength(0),
    ]);

    private void WriteRaw(byte[] bytes) => File.WriteAllBytes(Exported, [.. bytes, .. SHA256.HashData(bytes)]);
}

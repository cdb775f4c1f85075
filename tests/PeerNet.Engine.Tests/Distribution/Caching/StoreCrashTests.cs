using PeerNet.Engine.Distribution.Caching;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class StoreCrashTests : IDisposable
{
    private const int KiB = 1024;
    private readonly StoreFixture _fixture = new();

    [Fact]
    public async Task What_the_index_does_not_have_is_removed()
    {
        TestContent indexed = TestContent.V1(1, 300 * KiB);
        TestContent small = TestContent.V2(2, 100 * KiB);
        await _fixture.StoreAsync(indexed, 2);
        await _fixture.StoreAsync(small);
        _fixture.Store.Flush();
        await _fixture.StoreAsync(indexed, 4);
        await _fixture.StoreAsync(TestContent.V1(3, 300 * KiB));
        TestContent lost = TestContent.V2(4, 100 * KiB);
        await _fixture.StoreAsync(lost);
        _fixture.Crash();

        Assert.Equal(2, _fixture.Store.Count);
        Assert.Equal(2, Directory.GetFiles(_fixture.DataFolder).Length);
        Assert.Equal(indexed.Block(2), await _fixture.ReadAsync(indexed.Id, 2));
        Assert.Null(await _fixture.ReadAsync(indexed.Id, 4));
        await _fixture.AssertHeldAsync(small);
        Assert.All(
            Directory.GetFiles(_fixture.DataFolder),
            file => Assert.Equal(-1, StoreFixture.ReadFile(file).AsSpan().IndexOf(lost.Bytes.AsSpan(0, 64))));
    }

    [Fact]
    public async Task A_second_after_it_was_stored_a_block_survives_a_kill()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        await _fixture.StoreAsync(content);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        _fixture.Crash();

        await _fixture.AssertHeldAsync(content);
    }

    // Who publishes, or imports, is told so when this has ended; no second passes in between.
    [Fact]
    public async Task What_publishing_has_handed_over_survives_a_kill_at_once()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        var sink = new CacheSink(_fixture.Store);
        for (int i = 0; i < content.Segment.BlockCount; i++)
        {
            await sink.StoreAsync(content.Segment, i, content.Block(i), default);
        }

        await sink.CompleteAsync();
        _fixture.Crash();

        await _fixture.AssertHeldAsync(content);
    }

    [Fact]
    public async Task What_was_imported_survives_a_kill_at_once()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        var import = new CacheImport(_fixture.Store, tag: default, content.Bytes.Length, progress: null);
        for (int i = 0; i < content.Segment.BlockCount; i++)
        {
            await import.AddAsync(content.Segment, i, content.Block(i), 0, default);
        }

        import.Complete("package");
        _fixture.Crash();

        await _fixture.AssertHeldAsync(content);
    }

    [Fact]
    public async Task Files_that_are_gone_or_cut_off_cost_their_blocks_only()
    {
        TestContent gone = TestContent.V1(1, 300 * KiB);
        TestContent cut = TestContent.V1(2, 300 * KiB);
        await _fixture.StoreAsync(gone);
        await _fixture.StoreAsync(cut);
        _fixture.Store.Flush();
        _fixture.Crash(() =>
        {
            string[] files = [.. Directory.GetFiles(_fixture.DataFolder).Order(StringComparer.Ordinal)];
            File.Delete(files[0]);
            using FileStream file = File.OpenWrite(files[1]);
            file.SetLength(130 * KiB);
        });

        Assert.Null(_fixture.Store.Find(gone.Id));
        Assert.Equal(2, _fixture.Store.Find(cut.Id)!.Blocks.Count);
        Assert.Equal(128 * KiB, _fixture.Store.Room.GetUsed(0));
        Assert.True(await _fixture.StoreAsync(cut));
        await _fixture.AssertHeldAsync(cut);
    }

    // As when the last transactions are lost with the power: the index says what was in the slot before.
    [Fact]
    public async Task A_slot_with_another_segment_than_the_index_says_serves_neither()
    {
        TestContent before = TestContent.V2(1, 100 * KiB);
        TestContent after = TestContent.V2(2, 100 * KiB);
        await _fixture.StoreAsync(before);
        _fixture.Store.Flush();
        byte[] index = [];
        _fixture.Reopen();
        _fixture.Store.Dispose();
        string path = Path.Combine(_fixture.Options.Folder, SegmentStore.IndexFile);
        index = File.ReadAllBytes(path);
        _fixture.Reopen();
        _fixture.Store.Remove(new());
        await _fixture.StoreAsync(after);
        _fixture.Store.Dispose();
        File.WriteAllBytes(path, index);
        _fixture.Reopen();

        Assert.Null(await _fixture.ReadAsync(before.Id, 0));
        Assert.Null(await _fixture.ReadAsync(after.Id, 0));
        Assert.Equal(0, _fixture.Store.Count);
    }

    [Fact]
    public async Task An_extension_that_is_not_there_makes_its_segments_missing_until_it_is_back()
    {
        string path = _fixture.Combine("extension");
        _fixture.Store.Room.SetLimit(0, 64 * KiB);
        _fixture.Store.AddVolume(new SegmentStoreExtension(1, path, long.MaxValue));
        _fixture.Options = _fixture.Options with { Limit = 64 * KiB, Extensions = [new(1, path, long.MaxValue)] };
        TestContent first = TestContent.V1(1, 64 * KiB);
        TestContent second = TestContent.V1(2, 64 * KiB);
        await _fixture.StoreAsync(first);
        await _fixture.StoreAsync(second);
        _fixture.Store.Dispose();
        Directory.Move(path, path + "-away");
        _fixture.Reopen();

        Assert.NotNull(_fixture.Store.Find(first.Id));
        Assert.Null(_fixture.Store.Find(second.Id));
        _fixture.Store.Dispose();
        Directory.Move(path + "-away", path);
        _fixture.Reopen();
        await _fixture.AssertHeldAsync(second);

        _fixture.Store.RemoveVolume(1);
        Assert.Null(_fixture.Store.Find(second.Id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
    }

    [Fact]
    public async Task A_disk_that_vanishes_takes_its_segments_with_it_and_fails_stores_only()
    {
        TestContent content = TestContent.V1(1, 64 * KiB);
        await _fixture.StoreAsync(content);
        _fixture.Store.Flush();
        _fixture.Reopen();
        Directory.Move(_fixture.DataFolder, _fixture.Combine("away"));

        Assert.Null(await _fixture.ReadAsync(content.Id, 0));
        Assert.False(await _fixture.StoreAsync(TestContent.V1(2, 64 * KiB)));
        Directory.Move(_fixture.Combine("away"), _fixture.DataFolder);
        _fixture.Reopen();
        await _fixture.AssertHeldAsync(content);
    }

    public void Dispose() => _fixture.Dispose();
}

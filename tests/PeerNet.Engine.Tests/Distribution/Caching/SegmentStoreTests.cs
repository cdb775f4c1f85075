using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class SegmentStoreTests : IDisposable
{
    // A bit of everything that is on the disk there.
    private void Change(int offset)
    {
        foreach (string path in Directory.EnumerateFiles(_fixture.DataFolder))
        {
            using FileStream file = StoreFixture.OpenFile(path);
            file.Seek(offset, SeekOrigin.Begin);
            int value = file.ReadByte();
            file.Seek(offset, SeekOrigin.Begin);
            file.WriteByte((byte)(value ^ 1));
        }
    }

    private const int KiB = 1024;
    private readonly StoreFixture _fixture = new();

    public static TheoryData<PeerContentHash> Algorithms =>
        [PeerContentHash.Sha256, PeerContentHash.Sha384, PeerContentHash.Sha512];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Blocks_of_version_1_come_back_with_their_secret(PeerContentHash algorithm)
    {
        TestContent content = TestContent.V1(1, 200 * KiB, algorithm);
        Assert.True(await _fixture.StoreAsync(content));
        _fixture.Reopen();

        await _fixture.AssertHeldAsync(content);
        using HeldBlock? block = await _fixture.Store.ReadBlockAsync(content.Id, 0, default);
        Assert.True(block!.Secret.Span.SequenceEqual(content.Segment.Secret.Span));
        Assert.Equal(BlockCipher.None, block.Cipher);
    }

    [Fact]
    public async Task Segments_of_version_2_come_back()
    {
        TestContent[] contents = [.. Enumerable.Range(0, 600).Select(number => TestContent.V2(number, 1 + (number * 200)))];
        foreach (TestContent content in contents)
        {
            Assert.True(await _fixture.StoreAsync(content));
        }

        _fixture.Reopen();
        Assert.Equal(3, Directory.GetFiles(_fixture.DataFolder).Length);
        foreach (TestContent content in contents)
        {
            await _fixture.AssertHeldAsync(content);
        }
    }

    [Fact]
    public async Task A_download_reads_what_it_stored()
    {
        TestContent content = TestContent.V1(1, 100 * KiB);
        await _fixture.StoreAsync(content, 1);
        byte[] block = new byte[content.Segment.GetBlockLength(1)];

        Assert.True(await _fixture.Store.TryReadAsync(content.Segment, 1, block, default));
        Assert.Equal(content.Block(1), block);
        Assert.False(await _fixture.Store.TryReadAsync(content.Segment, 0, new byte[64 * KiB], default));
        Assert.False(await _fixture.Store.TryReadAsync(content.Segment, 1, new byte[64 * KiB], default));
    }

    [Fact]
    public async Task What_is_held_is_said()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        await _fixture.StoreAsync(content, 1);
        await _fixture.StoreAsync(content, 4);
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));

        SegmentHolding holding = _fixture.Store.Find(content.Id)!;
        Assert.Equal((2, 5, TimeSpan.FromMinutes(5)), (holding.Blocks.Count, holding.BlockCount, holding.Age));
        Assert.True(holding.Blocks.Contains(1) && holding.Blocks.Contains(4));
        Assert.Null(_fixture.Store.Find(TestContent.V1(2, 10).Id));
        Assert.Null(await _fixture.ReadAsync(content.Id, 0));
        Assert.Null(await _fixture.ReadAsync(content.Id, 511));
        Assert.Null(await _fixture.ReadAsync(content.Id, -1));
    }

    [Fact]
    public async Task A_block_without_a_known_hash_or_of_another_length_is_not_kept()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);

        Assert.False(await _fixture.Store.TryStoreAsync(content.Describe(1, 2), 0, content.Block(0), default, default));
        Assert.False(await _fixture.Store.TryStoreAsync(content.Segment, 0, new byte[10], default, default));
        Assert.False(await _fixture.Store.TryStoreAsync(content.Segment, 5, content.Block(0), default, default));
        Assert.Equal(0, _fixture.Store.Count);
    }

    [Fact]
    public async Task Ranges_add_up_to_what_is_known_of_a_segment()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        await _fixture.Store.TryStoreAsync(content.Describe(3, 2), 3, content.Block(3), default, default);
        Assert.Equal((3, 2), (_fixture.Store.Describe(content.Id)!.FirstBlock, _fixture.Store.Describe(content.Id)!.DescribedBlocks));
        _fixture.Reopen();
        await _fixture.Store.TryStoreAsync(content.Describe(0, 3), 0, content.Block(0), default, default);
        _fixture.Reopen();

        PeerContentSegment described = _fixture.Store.Describe(content.Id)!;
        Assert.Equal((0, 5), (described.FirstBlock, described.DescribedBlocks));
        Assert.True(described.BlockHashes.Span.SequenceEqual(content.Segment.BlockHashes.Span));
        Assert.Equal(content.Block(3), await _fixture.ReadAsync(content.Id, 3));
    }

    // A range's hashes are not proved by HoD: whoever serves such information could have made them up.
    [Fact]
    public async Task False_hashes_of_a_range_give_way_to_the_whole_list()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        PeerContentSegment lie = content.Describe(1, 1, isTrue: false);
        await _fixture.Store.TryStoreAsync(lie, 1, new byte[64 * KiB], default, default);

        Assert.False(await _fixture.Store.TryStoreAsync(content.Describe(1, 1), 1, content.Block(1), default, default));
        Assert.True(await _fixture.Store.TryStoreAsync(content.Segment, 1, content.Block(1), default, default));
        Assert.False(await _fixture.Store.TryStoreAsync(lie, 1, new byte[64 * KiB], default, default));
        Assert.Equal(content.Block(1), await _fixture.ReadAsync(content.Id, 1));
    }

    // HoD is right, and so is the id; the number of blocks is not, or only the length of the last.
    [Theory]
    [InlineData((64 * KiB) + 1)]
    [InlineData((300 * KiB) - 1)]
    [InlineData(32 * 1024 * KiB)]
    public async Task A_segment_of_made_up_length_and_hashes_gives_way_to_the_proven_one(int length)
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        PeerContentSegment lie = content.Describe(0, 1, isTrue: false, length);
        Assert.True(await StoreInventedAsync(lie));
        _fixture.Reopen();

        Assert.Null(_fixture.Store.DescribeProven(content.Id));
        Assert.True(_fixture.Store.FindHeld(content.Segment).IsEmpty);
        Assert.True(await _fixture.StoreAsync(content));
        Assert.False(await StoreInventedAsync(lie));
        await _fixture.AssertHeldAsync(content);

        _fixture.Reopen();
        await _fixture.AssertHeldAsync(content);
        Assert.Equal(300 * KiB, Assert.Single(_fixture.Store.List(new())).Length);
        Assert.Equal(BlockSet.First(5), _fixture.Store.FindHeld(_fixture.Store.DescribeProven(content.Id)!));
    }

    // All hashes are true, and prove nothing of the length.
    [Fact]
    public async Task The_last_block_shows_how_long_a_segment_is()
    {
        TestContent content = TestContent.V1(1, 300 * KiB);
        PeerContentSegment lie = content.Describe(0, 5, length: (300 * KiB) - 1);
        Assert.True(await _fixture.Store.TryStoreAsync(lie, 0, content.Block(0), default, default));

        Assert.True(await _fixture.StoreAsync(content));
        await _fixture.Store.TryStoreAsync(lie, 4, content.Block(4).AsMemory(..^1), default, default);
        _fixture.Reopen();

        await _fixture.AssertHeldAsync(content);
        Assert.Equal(300 * KiB, Assert.Single(_fixture.Store.List(new())).Length);
        Assert.True(await _fixture.Store.TryReadAsync(content.Segment, 4, new byte[44 * KiB], default));
    }

    [Fact]
    public async Task A_block_that_the_disk_has_changed_is_dropped_and_can_be_stored_again()
    {
        TestContent first = TestContent.V1(1, 300 * KiB);
        TestContent second = TestContent.V2(2, 100 * KiB);
        await _fixture.StoreAsync(first);
        await _fixture.StoreAsync(second);
        _fixture.Store.Dispose();
        Change(1000);

        _fixture.Reopen();
        Assert.Null(await _fixture.ReadAsync(first.Id, 0));
        Assert.Null(await _fixture.ReadAsync(second.Id, 0));
        Assert.Equal(first.Block(1), await _fixture.ReadAsync(first.Id, 1));
        Assert.Null(_fixture.Store.Find(second.Id));
        Assert.Equal(2, _fixture.Store.Counters[CacheCounter.BlocksDamaged]);
        Assert.True(await _fixture.StoreAsync(first));
        Assert.True(await _fixture.StoreAsync(second));
        await _fixture.AssertHeldAsync(first);
        await _fixture.AssertHeldAsync(second);
    }

    // Other nodes check what they get; this one does not let a disk go bad unseen for long.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_seen_to_be_right_is_checked_again_when_this_node_uses_it_and_within_an_hour(int version)
    {
        TestContent content = version == 1 ? TestContent.V1(1, 300 * KiB) : TestContent.V2(2, 100 * KiB);
        await _fixture.StoreAsync(content);
        Assert.Equal(content.Block(0), await _fixture.ReadAsync(content.Id, 0));
        Change(1000);

        Assert.NotNull(await _fixture.ReadAsync(content.Id, 0));
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await _fixture.ReadAsync(content.Id, 0));
        Assert.Equal(1, _fixture.Store.Counters[CacheCounter.BlocksDamaged]);

        await _fixture.StoreAsync(content, 0);
        Change(1000);
        Assert.False(await _fixture.Store.TryReadAsync(
            content.Segment, 0, new byte[content.Segment.GetBlockLength(0)], default));
        Assert.Null(await _fixture.ReadAsync(content.Id, 0));
    }

    [Fact]
    public async Task Two_nodes_cannot_have_one_folder()
    {
        await _fixture.StoreAsync(TestContent.V2(1, 10));

        PeerException exception = Assert.Throws<PeerException>(_fixture.Open);
        Assert.Equal(PeerErrors.SharingViolation, exception.Error);
        Assert.Contains("cache folder", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_least_recently_used_segment_makes_room()
    {
        using var fixture = new StoreFixture(limit: 300 * KiB);
        TestContent[] contents = [.. Enumerable.Range(0, 4).Select(number => TestContent.V2(number, 100 * KiB))];
        await fixture.StoreAsync(contents[0]);
        await fixture.StoreAsync(contents[1]);
        await fixture.ReadAsync(contents[0].Id, 0);
        if (fixture.Store.Room.GetUsed(0) != 200 * KiB)
        {
            return; // Slots are not sparse here, and take more.
        }

        await fixture.StoreAsync(contents[2]);
        await fixture.StoreAsync(contents[3]);

        Assert.Null(fixture.Store.Find(contents[1].Id));
        Assert.Equal(1, fixture.Store.Counters[CacheCounter.SegmentsEvicted]);
        await fixture.AssertHeldAsync(contents[0]);
        await fixture.AssertHeldAsync(contents[3]);
        Assert.Equal(300 * KiB, fixture.Store.Room.GetUsed(0));
    }

    [Fact]
    public async Task A_segment_larger_than_the_limit_is_kept_in_part()
    {
        using var fixture = new StoreFixture(limit: 128 * KiB);
        TestContent content = TestContent.V1(1, 300 * KiB);

        Assert.False(await fixture.StoreAsync(content));
        Assert.Equal(2, fixture.Store.Find(content.Id)!.Blocks.Count);
        Assert.Equal(3, fixture.Store.Counters[CacheCounter.StoresFailed]);
    }

    [Fact]
    public async Task A_smaller_limit_removes_what_was_measured()
    {
        TestContent[] contents = [.. Enumerable.Range(0, 5).Select(number => TestContent.V1(number, 64 * KiB))];
        foreach (TestContent content in contents)
        {
            await _fixture.StoreAsync(content);
        }

        Assert.Equal(3 * 64 * KiB, _fixture.Store.Room.MeasureLoss(0, 130 * KiB));
        _fixture.Store.Room.SetLimit(0, 130 * KiB);
        Assert.Equal(2, _fixture.Store.Count);
        Assert.Equal(2, Directory.GetFiles(_fixture.DataFolder).Length);
        await _fixture.AssertHeldAsync(contents[4]);
    }

    [Fact]
    public async Task Unused_segments_go_when_their_time_is_over()
    {
        _fixture.Store.Room.SetMaxAge(TimeSpan.FromDays(2));
        TestContent old = TestContent.V1(1, 10);
        TestContent used = TestContent.V1(2, 10);
        await _fixture.StoreAsync(old);
        await _fixture.StoreAsync(used);
        _fixture.Time.Advance(TimeSpan.FromDays(1));
        await _fixture.ReadAsync(used.Id, 0);
        _fixture.Time.Advance(TimeSpan.FromDays(1.5));

        Assert.Null(_fixture.Store.Find(old.Id));
        Assert.NotNull(_fixture.Store.Find(used.Id));
    }

    [Fact]
    public async Task A_clock_that_jumps_makes_nothing_old()
    {
        _fixture.Options = _fixture.Options with { MaxAge = TimeSpan.FromDays(2) };
        _fixture.Reopen();
        TestContent content = TestContent.V1(1, 10);
        await _fixture.StoreAsync(content);
        _fixture.Time.JumpTo(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _fixture.Time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(_fixture.Store.Find(content.Id));

        _fixture.Store.Dispose();
        _fixture.Time.JumpTo(new DateTimeOffset(2105, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _fixture.Reopen();
        Assert.NotNull(_fixture.Store.Find(content.Id));

        _fixture.Store.Dispose();
        _fixture.Time.JumpTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _fixture.Reopen();
        Assert.Equal(TimeSpan.Zero, _fixture.Store.Find(content.Id)!.Age);
    }

    [Fact]
    public async Task Segments_are_found_and_removed_by_tag_and_id()
    {
        Guid tag = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        TestContent tagged = TestContent.V1(1, 70 * KiB);
        TestContent other = TestContent.V2(2, 100);
        TestContent third = TestContent.V2(3, 100);
        await _fixture.StoreAsync(tagged, tag);
        await _fixture.StoreAsync(other);
        await _fixture.StoreAsync(third);

        PeerCacheSegment listed = Assert.Single(_fixture.Store.List(new() { Tag = tag }));
        Assert.Equal((tagged.Id, tag, 2, 2), (listed.SegmentId, listed.Tag, listed.BlocksHeld, listed.BlockCount));
        Assert.Equal(third.Id, Assert.Single(_fixture.Store.List(new() { Segments = [third.Id] })).SegmentId);

        _fixture.Store.Remove(new() { Tag = tag });
        Assert.Null(_fixture.Store.Find(tagged.Id));
        _fixture.Store.Remove(new() { Segments = [other.Id] });
        Assert.Equal([third.Id], _fixture.Store.ListIds());
        _fixture.Store.Remove(new());
        Assert.Empty(Directory.GetFiles(_fixture.DataFolder));
        Assert.Equal(0, _fixture.Store.Room.GetUsed(0));
    }

    [Fact]
    public async Task A_removed_segment_leaves_no_bytes_in_its_slot()
    {
        TestContent removed = TestContent.V2(1, 100 * KiB);
        TestContent kept = TestContent.V2(2, 100 * KiB);
        await _fixture.StoreAsync(removed);
        await _fixture.StoreAsync(kept);
        _fixture.Store.Remove(new() { Segments = [removed.Id] });

        byte[] container = StoreFixture.ReadFile(Assert.Single(Directory.GetFiles(_fixture.DataFolder)));
        Assert.Equal(-1, container.AsSpan().IndexOf(removed.Bytes.AsSpan(0, 64)));
        Assert.NotEqual(-1, container.AsSpan().IndexOf(kept.Bytes.AsSpan(0, 64)));
    }

    [Fact]
    public async Task Compaction_moves_segments_together()
    {
        TestContent[] contents = [.. Enumerable.Range(0, 600).Select(number => TestContent.V2(number, 500))];
        foreach (TestContent content in contents)
        {
            await _fixture.StoreAsync(content);
        }

        TestContent[] kept = [.. contents.Where((_, number) => number % 10 == 0)];
        _fixture.Store.Remove(new() { Segments = [.. contents.Except(kept).Select(content => content.Id)] });
        Assert.Equal(3, Directory.GetFiles(_fixture.DataFolder).Length);
        _fixture.Store.Compact(default);

        Assert.Single(Directory.GetFiles(_fixture.DataFolder));
        _fixture.Crash();
        foreach (TestContent content in kept)
        {
            await _fixture.AssertHeldAsync(content);
        }
    }

    public void Dispose() => _fixture.Dispose();

    private ValueTask<bool> StoreInventedAsync(PeerContentSegment lie) =>
        _fixture.Store.TryStoreAsync(lie, 0, TestContent.Invented, default, default);
}

using System.Buffers;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Tests.Support;
using static PeerNet.Engine.Tests.Distribution.Retrieval.RetrievalBench;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>What a crowd asks for is read and encrypted once.</summary>
public sealed class HotBlocksTests
{
    private static readonly TestContent Content = TestContent.V1(5, 6 * 65536);
    private static readonly SegmentId Id = Content.Segments[0].Id;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task From_the_second_client_on_all_get_the_same_bytes_which_are_read_no_more()
    {
        var source = new ContentSource(Content);
        RetrievalServer server = CreateServer(source);
        List<byte[]> answers = [];
        for (int i = 0; i < 10; i++)
        {
            answers.Add((await server.AskAsync(GetBlock(Id, 3)))!);
        }

        Assert.NotEqual(answers[0], answers[1]);
        Assert.All(answers.Skip(2), answer => Assert.Equal(answers[1], answer));
        Assert.Equal(2, source.Reads);
        var block = ReadBlock(answers[9]);
        byte[] plain = new byte[65536];
        Assert.True(BlockEncryption.TryDecrypt(
            BlockCipher.Aes128, Content.Segments[0].Secret.Span, block.Vector, block.Data, plain));
        Assert.Equal(Content.GetBlock(Content.Segments[0], 3), plain);
        Assert.Equal(
            (10, 9, 0, 10 * 65536L),
            (server.Counters[RetrievalCounter.BlocksServed], server.Counters[RetrievalCounter.HotBlocksServed],
                server.Counters[RetrievalCounter.SealedBlocksServed], server.Counters[RetrievalCounter.BytesServed]));
    }

    [Fact]
    public async Task Different_blocks_have_different_vectors()
    {
        RetrievalServer server = CreateServer(new ContentSource(Content));
        List<byte[]> vectors = [];
        for (int index = 0; index < 6; index++)
        {
            await server.AskAsync(GetBlock(Id, index));
            vectors.Add(ReadBlock(await server.AskAsync(GetBlock(Id, index))).Vector);
        }

        Assert.Equal(6, vectors.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public async Task A_block_that_is_not_held_any_more_is_not_sent_any_more()
    {
        var source = new ContentSource(Content);
        RetrievalServer server = CreateServer(source);
        await server.AskAsync(GetBlock(Id, 3));
        await server.AskAsync(GetBlock(Id, 3));
        source.Held = BlockSet.First(3);

        Assert.Empty(ReadBlock(await server.AskAsync(GetBlock(Id, 3))).Data);
    }

    [Fact]
    public async Task What_other_nodes_have_encrypted_goes_as_it_came()
    {
        var source = new ContentSource(Content) { IsSealed = true };
        RetrievalServer server = CreateServer(source);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(BlockCipher.Aes192, ReadBlock(await server.AskAsync(GetBlock(Id, 3))).Cipher);
        }

        Assert.Equal(3, source.Reads);
        Assert.Equal(3, server.Counters[RetrievalCounter.SealedBlocksServed]);
    }

    [Fact]
    public void What_was_not_asked_for_the_longest_time_makes_room()
    {
        var hot = new HotBlocks(capacity: 300, _time);
        Keep(hot, 0, 100);
        Keep(hot, 1, 100);
        Keep(hot, 2, 100);
        Assert.NotNull(hot.Find(Id, 0, BlockCipher.Aes128));

        Keep(hot, 3, 100);

        Assert.Equal([0, 2, 3], Enumerable.Range(0, 4).Where(index => hot.Find(Id, index, BlockCipher.Aes128) is not null));
        Assert.Equal(300, hot.Length);
    }

    [Fact]
    public void A_client_that_comes_long_after_the_other_one_is_no_crowd()
    {
        var hot = new HotBlocks(capacity: 8 * 65536, _time);
        Assert.False(hot.IsAskedAgain(Id, 0));
        for (int index = 1; index < 8; index++)
        {
            Assert.False(hot.IsAskedAgain(Id, index));
        }

        Assert.True(hot.IsAskedAgain(Id, 0));
        for (int index = 10; index < 20; index++)
        {
            Assert.False(hot.IsAskedAgain(Id, index));
        }

        Assert.False(hot.IsAskedAgain(Id, 0));
    }

    [Fact]
    public void What_is_larger_than_all_room_is_not_kept()
    {
        var hot = new HotBlocks(capacity: 300, _time);

        Keep(hot, 0, 301);

        Assert.Equal(0, hot.Length);
    }

    [Fact]
    public void When_the_crowd_has_gone_the_memory_goes_back()
    {
        var hot = new HotBlocks(capacity: 300, _time);
        Keep(hot, 0, 100);
        _time.Advance(HotBlocks.Patience / 2);
        Keep(hot, 1, 100);

        _time.Advance(HotBlocks.Patience / 2);
        Assert.Equal(100, hot.Length);
        _time.Advance(HotBlocks.Patience / 2);
        Assert.Equal(0, hot.Length);

        // And it begins anew.
        Keep(hot, 2, 100);
        _time.Advance(HotBlocks.Patience);
        Assert.Equal(0, hot.Length);
    }

    [Fact]
    public void A_block_whose_time_comes_while_the_others_are_looked_at_goes_the_next_time()
    {
        var time = new HastyTime();
        var hot = new HotBlocks(capacity: 300, time);
        Keep(hot, 0, 100);

        time.Fire();
        Assert.Equal(100, hot.Length);
        time.Fire();
        Assert.Equal(0, hot.Length);
    }

    private static void Keep(HotBlocks hot, int index, int length)
    {
        using var plaintext = new HeldBlock(ArrayPool<byte>.Shared.Rent(length), length);
        hot.Keep(Id, index, new HeldBlock(new byte[length], plaintext) { Cipher = BlockCipher.Aes128 });
    }

    // More than half of a block's time has gone by whenever the clock is looked at. The timer is as strict as the system's.
    private sealed class HastyTime : TimeProvider
    {
        private Action? _callback;
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += HotBlocks.Patience.Ticks * 6 / 10;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return new StrictTimer();
        }

        public void Fire() => _callback!();

        private sealed class StrictTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(dueTime.Ticks, nameof(dueTime));
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}

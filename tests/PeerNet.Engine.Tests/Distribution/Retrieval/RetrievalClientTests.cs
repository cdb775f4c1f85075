using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Support;
using static PeerNet.Engine.Tests.Distribution.Retrieval.RetrievalBench;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>The client role of MS-PCCRR, against peers that are honest and peers that are not.</summary>
public sealed class RetrievalClientTests
{
    private static readonly TestContent Content = TestContent.V1(5, (3 * 65536) + 100, 16);
    private static readonly PeerContentSegment Segment = Content.Segments[0];

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_block_of_an_honest_peer_is_what_it_must_be(int index)
    {
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content)));

        (BlockOutcome outcome, byte[] block) = await FetchAsync(new Uri($"http://{server.Endpoints[0]}/"), index);

        Assert.Equal(BlockOutcome.Received, outcome);
        Assert.True(block.AsSpan().SequenceEqual(Content.GetBlock(Segment, index)));
    }

    [Fact]
    public async Task A_hosted_cache_with_ciphertext_alone_serves_too()
    {
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content) { IsSealed = true }));

        Assert.Equal(BlockOutcome.Received, (await FetchAsync(new Uri($"http://{server.Endpoints[0]}/"), 1)).Outcome);
    }

    public static TheoryData<string> Heads { get; } = new()
    {
        "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {0}\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task An_answer_may_be_delimited_in_any_way(string head)
    {
        byte[] answer = Honest(0);
        await using ScriptedServer server = Answering(answer, head);

        Assert.Equal(BlockOutcome.Received, (await FetchAsync(server.Address, 0)).Outcome);
    }

    // iPXE and PeerNet cut a block to the length that they know; the text names no padding.
    [Theory]
    [InlineData(PaddingMode.None, 65_536)]
    [InlineData(PaddingMode.Zeros, 65_536)]
    [InlineData(PaddingMode.PKCS7, 65_552)]
    [InlineData(PaddingMode.ISO10126, 65_552)]
    public async Task A_block_is_taken_with_any_padding_and_without(PaddingMode padding, int length)
    {
        using var aes = Aes.Create();
        aes.Key = Segment.Secret.Span[..16].ToArray();
        byte[] block = aes.EncryptCbc(Content.GetBlock(Segment, 0), new byte[16], padding);
        Assert.Equal(length, block.Length);
        await using ScriptedServer server = Answering(
            Answer(Segment.Id.Bytes.ToArray(), 0, block, new byte[16]), "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\n\r\n");

        (BlockOutcome outcome, byte[] read) = await FetchAsync(server.Address, 0);

        Assert.Equal(BlockOutcome.Received, outcome);
        Assert.True(read.AsSpan().SequenceEqual(Content.GetBlock(Segment, 0)));
    }

    [Theory]
    [InlineData(false, nameof(BlockOutcome.Corrupt))]
    [InlineData(true, nameof(BlockOutcome.Received))]
    public async Task A_block_in_the_clear_is_asked_for_and_taken_only_where_that_is_switched_on(
        bool isAllowed, string expected)
    {
        var asked = new TaskCompletionSource<byte[]>();
        byte[] answer = Answer(
            Segment.Id.Bytes.ToArray(), 0, Content.GetBlock(Segment, 0), [], BlockCipher.None);
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            byte[] request = new byte[GetBlock(Segment.Id, 0).Length];
            await exchange.Stream.ReadExactlyAsync(request, exchange.Stop);
            asked.SetResult(request);
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\n\r\n");
            await exchange.SendAsync(answer);
        });
        using var client = new RetrievalClient(
            new() { AllowUnencrypted = isAllowed, RequestTimeout = TimeSpan.FromMinutes(1) },
            SystemRandomSource.Instance,
            TimeProvider.System,
            NullLogger<RetrievalClient>.Instance);

        BlockOutcome outcome = await client.GetBlockAsync(server.Address, Segment, 0, new byte[65536], default);

        Assert.Equal(expected, outcome.ToString());
        Assert.Equal(isAllowed ? 0 : 1, (await asked.Task)[15]);
    }

    [Fact]
    public async Task An_answer_may_come_in_chunks()
    {
        string answer = Encoding.Latin1.GetString(Honest(0));
        string chunks = string.Concat(answer.Chunk(20_000).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"));
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");

        Assert.Equal(BlockOutcome.Received, (await FetchAsync(server.Address, 0)).Outcome);
    }

    /// <summary>What a liar sends for block 0, and what that is taken for.</summary>
    public static TheoryData<string, string> Lies { get; } = new()
    {
        { "other data", nameof(BlockOutcome.Corrupt) },
        { "another key", nameof(BlockOutcome.Corrupt) },
        { "another block's data", nameof(BlockOutcome.Corrupt) },
        { "another index", nameof(BlockOutcome.Corrupt) },
        { "another segment", nameof(BlockOutcome.Corrupt) },
        { "too short", nameof(BlockOutcome.Corrupt) },
        { "no whole ciphertext", nameof(BlockOutcome.Corrupt) },
        { "no vector", nameof(BlockOutcome.Corrupt) },
        { "a short vector", nameof(BlockOutcome.Corrupt) },
        { "an unknown cipher", nameof(BlockOutcome.Corrupt) },
        { "in the clear", nameof(BlockOutcome.Corrupt) },
        { "nothing", nameof(BlockOutcome.Missing) },
        { "a list", nameof(BlockOutcome.Failed) },
        { "no message", nameof(BlockOutcome.Failed) },
        { "no bytes at all", nameof(BlockOutcome.Failed) },
        { "a prefix that is wrong", nameof(BlockOutcome.Failed) },
        { "half", nameof(BlockOutcome.Failed) },
        { "a version that no one asked in", nameof(BlockOutcome.Failed) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_leaves_no_byte_behind(string lie, string expected)
    {
        await using ScriptedServer server = Answering(Lie(lie), "HTTP/1.1 200 OK\r\n\r\n");

        (BlockOutcome outcome, byte[] block) = await FetchAsync(server.Address, 0);

        Assert.Equal(expected, outcome.ToString());
        Assert.Equal(-1, block.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public async Task A_length_that_differs_from_that_of_HTTP_is_a_lie()
    {
        byte[] answer = Honest(0);
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length + 1}\r\n\r\n{Encoding.Latin1.GetString(answer)}x");

        Assert.Equal(BlockOutcome.Failed, (await FetchAsync(server.Address, 0)).Outcome);
    }

    // No more is read than the message says, and it may not say more than 384 KiB.
    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    [InlineData(int.MaxValue)]
    public async Task An_answer_without_an_end_is_not_read_to_its_end(int announced)
    {
        byte[] junk = new byte[65536];
        long sent = 0;
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            byte[] prefix = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(prefix, announced);
            await exchange.SendAsync(prefix);
            while (true)
            {
                await exchange.SendAsync(junk);
                Interlocked.Add(ref sent, junk.Length);
            }
        });

        Assert.Equal(BlockOutcome.Failed, (await FetchAsync(server.Address, 0)).Outcome);

        // What systems and pools buffer, and no more.
        Assert.InRange(Interlocked.Read(ref sent), 0, 64L * 1024 * 1024);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Slow:")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 65616\r\n\r\n")]
    public async Task Whoever_drips_costs_the_request_timer(string begin)
    {
        var time = new FakeTimeProvider();
        using var asked = new SemaphoreSlim(0);
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            await exchange.SendAsync(begin);
            asked.Release();
            while (true)
            {
                await exchange.SendAsync("x");
                await Task.Yield();
            }
        });

        Task<(BlockOutcome Outcome, byte[] Block)> fetching = FetchAsync(server.Address, 0, time: time);
        await asked.WaitAsync();
        time.Advance(new RetrievalOptions().RequestTimeout);

        (BlockOutcome outcome, byte[] block) = await fetching;
        Assert.Equal(BlockOutcome.Failed, outcome);
        Assert.Equal(-1, block.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", nameof(BlockOutcome.Busy))]
    [InlineData("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", nameof(BlockOutcome.Failed))]
    [InlineData("HTTP/1.1 302 There\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", nameof(BlockOutcome.Failed))]
    [InlineData("HTTP/1.1 204 Nothing\r\n\r\n", nameof(BlockOutcome.Failed))]
    [InlineData("SSH-2.0-OpenSSH_9\r\n", nameof(BlockOutcome.Failed))]
    [InlineData("", nameof(BlockOutcome.Failed))]
    public async Task Anything_else_is_no_block(string answer, string expected)
    {
        await using ScriptedServer server = ScriptedServer.Saying(answer);

        Assert.Equal(expected, (await FetchAsync(server.Address, 0)).Outcome.ToString());
    }

    // 3.1.5.1
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 9)]
    [InlineData(0, 0)]
    public async Task A_server_that_negotiates_for_ever_is_asked_no_more(int minimum, int maximum)
    {
        var versions = new RetrievalVersionRange(new((ushort)minimum, 0), new((ushort)maximum, 0));
        await using ScriptedServer server = Answering(Response(new NegoResp(versions)), "HTTP/1.1 200 OK\r\n\r\n");

        Assert.Equal(BlockOutcome.Failed, (await FetchAsync(server.Address, 0)).Outcome);
        Assert.InRange(server.Requests.Count, 1, 2);
    }

    [Fact]
    public async Task A_list_with_blocks_that_nobody_asked_for_keeps_those_that_were()
    {
        byte[] id = Segment.Id.Bytes.ToArray();
        await using ScriptedServer server = Answering(
            Response(new BlkList { SegmentId = id, Blocks = BlockSet.Range(1, 300) }), "HTTP/1.1 200 OK\r\n\r\n");
        await using ScriptedServer other = Answering(
            Response(new BlkList { SegmentId = id, Blocks = BlockSet.Range(100, 3) }), "HTTP/1.1 200 OK\r\n\r\n");
        using RetrievalClient client = CreateClient();

        Assert.Equal(
            BlockSet.Range(1, 2), await client.GetBlockListAsync(server.Address, Segment.Id, BlockSet.First(3), default));
        Assert.Null(await client.GetBlockListAsync(other.Address, Segment.Id, BlockSet.First(3), default));
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_that_the_peer_failed()
    {
        using var stop = new CancellationTokenSource();
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            await stop.CancelAsync();
            await exchange.HangAsync();
        });
        using RetrievalClient client = CreateClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.GetBlockAsync(server.Address, Segment, 0, new byte[65536], stop.Token));
    }

    internal static byte[] Lie(string lie)
    {
        byte[] id = Segment.Id.Bytes.ToArray();
        byte[] sound = Encrypt(Segment.Secret.Span, 0);
        byte[] vector = new byte[16];
        return lie switch
        {
            "other data" => Answer(id, 0, new byte[65536], vector),
            "another key" => Answer(id, 0, Encrypt(new byte[32], 0), vector),
            "another block's data" => Answer(id, 0, Encrypt(Segment.Secret.Span, 1), vector),
            "another index" => Answer(id, 1, Encrypt(Segment.Secret.Span, 1), vector),
            "another segment" => Answer(new byte[32], 0, sound, vector),
            "too short" => Answer(id, 0, sound.AsSpan(0, sound.Length - 32), vector),
            "no whole ciphertext" => Answer(id, 0, [.. sound, 1], vector),
            "no vector" => Answer(id, 0, sound, []),
            "a short vector" => Answer(id, 0, sound, vector[..8]),
            "an unknown cipher" => Answer(id, 0, sound, vector, (BlockCipher)77),
            "in the clear" => Answer(id, 0, Content.GetBlock(Segment, 0), [], BlockCipher.None),
            "nothing" => Answer(id, 0, [], []),
            "a list" => Response(new BlkList { SegmentId = id, Blocks = BlockSet.First(3) }),
            "no message" => Encoding.ASCII.GetBytes("\0\0\0\u0020nothing that a server of blocks says"),
            "no bytes at all" => [],
            "a prefix that is wrong" => [0, 0, 0, 16, .. Honest(0)[4..]],
            "half" => Honest(0)[..30_000],
            _ => Response(
                new Blk { SegmentId = id, Block = sound, InitializationVector = vector }, RetrievalVersion.V2),
        };
    }

    private static byte[] Honest(int index) =>
        Answer(Segment.Id.Bytes.ToArray(), index, Encrypt(Segment.Secret.Span, index), new byte[16]);

    private static byte[] Answer(
        byte[] id, int index, ReadOnlySpan<byte> block, byte[] vector, BlockCipher cipher = BlockCipher.Aes128) => Response(
        new Blk { SegmentId = id, BlockIndex = (uint)index, Block = block, InitializationVector = vector }, cipher: cipher);

    private static byte[] Encrypt(ReadOnlySpan<byte> secret, int index)
    {
        ReadOnlySpan<byte> block = Content.GetBlock(Segment, index);
        byte[] sealedBlock = new byte[BlockEncryption.GetLength(block.Length)];
        BlockEncryption.Encrypt(BlockCipher.Aes128, secret, new byte[16], block, sealedBlock);
        return sealedBlock;
    }

    private static ScriptedServer Answering(byte[] answer, string head) => ScriptedServer.Start(async exchange =>
    {
        await exchange.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, head, answer.Length));
        await exchange.SendAsync(answer);
    });

    private static RetrievalClient CreateClient(TimeProvider? time = null) => new(
        new() { RequestTimeout = TimeSpan.FromMinutes(1) },
        SystemRandomSource.Instance,
        time ?? TimeProvider.System,
        NullLogger<RetrievalClient>.Instance);

    private static async Task<(BlockOutcome Outcome, byte[] Block)> FetchAsync(Uri peer, int index, TimeProvider? time = null)
    {
        using RetrievalClient client = time is null
            ? CreateClient()
            : new(new(), SystemRandomSource.Instance, time, NullLogger<RetrievalClient>.Instance);
        byte[] block = new byte[Segment.GetBlockLength(index)];
        return (await client.GetBlockAsync(peer, Segment, index, block, default), block);
    }
}

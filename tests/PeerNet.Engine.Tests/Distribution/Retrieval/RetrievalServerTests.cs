using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;
using static PeerNet.Engine.Tests.Distribution.Retrieval.RetrievalBench;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>The server role of MS-PCCRR, in the order of 3.2.5, without a transport.</summary>
public sealed class RetrievalServerTests
{
    private static readonly TestContent Content = TestContent.V1(5, (16 * 65536) + 100, 16);
    private static readonly PeerContentSegment Segment = Content.Segments[0];

    [Theory]
    [InlineData(nameof(BlockCipher.Aes128))]
    [InlineData(nameof(BlockCipher.Aes192))]
    [InlineData(nameof(BlockCipher.Aes256))]
    public async Task A_block_comes_encrypted_under_a_vector_of_its_own(string name)
    {
        BlockCipher cipher = Enum.Parse<BlockCipher>(name);
        RetrievalServer server = CreateServer(new ContentSource(Content), new() { Cipher = cipher });

        var first = ReadBlock(await server.AskAsync(GetBlock(Segment.Id, 3)));
        var second = ReadBlock(await server.AskAsync(GetBlock(Segment.Id, 3)));

        Assert.Equal((3, 4, cipher), (first.Index, first.Next, first.Cipher));
        Assert.NotEqual(first.Vector, second.Vector);
        Assert.NotEqual(first.Data, second.Data);
        byte[] plain = new byte[65536];
        Assert.True(BlockEncryption.TryDecrypt(cipher, Segment.Secret.Span, first.Vector, first.Data, plain));
        Assert.True(plain.AsSpan().SequenceEqual(Content.GetBlock(Segment, 3)));
        Assert.Equal((2, 2 * 65536L), (server.Counters[RetrievalCounter.BlocksServed], server.Counters[RetrievalCounter.BytesServed]));
    }

    // Readers exist that take the padding off instead of cutting, and refuse a block without.
    [Theory]
    [InlineData(0, 65_536, 65_552)]
    [InlineData(1, 100, 112)]
    public async Task A_block_is_padded_even_where_the_cipher_would_not_need_it(int segment, int length, int encrypted)
    {
        PeerContentSegment described = Content.Segments[segment];
        RetrievalServer server = CreateServer(new ContentSource(Content));

        var block = ReadBlock(await server.AskAsync(GetBlock(described.Id, 0)));

        Assert.Equal(encrypted, block.Data.Length);
        using var aes = Aes.Create();
        aes.Key = described.Secret.Span[..16].ToArray();
        byte[] plain = aes.DecryptCbc(block.Data, block.Vector, PaddingMode.PKCS7);
        Assert.Equal(length, plain.Length);
        Assert.True(plain.AsSpan().SequenceEqual(Content.GetBlock(described, 0)));
    }

    // 2.2.3: only the values of the table.
    [Theory]
    [InlineData(0u, true)]
    [InlineData(3u, true)]
    [InlineData(4u, false)]
    [InlineData(uint.MaxValue, false)]
    public async Task A_negotiation_with_an_unknown_cipher_is_dropped(uint cipher, bool isAnswered)
    {
        byte[] request = RetrievalVectors.Bytes(RetrievalVectors.NegoReq);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(12), cipher);

        byte[]? answer = await CreateServer(new ContentSource(Content)).AskAsync(request);

        Assert.Equal(isAnswered, answer is not null);
    }

    [Theory]
    [InlineData(false, nameof(BlockCipher.None), nameof(BlockCipher.Aes256))]
    [InlineData(true, nameof(BlockCipher.None), nameof(BlockCipher.None))]
    [InlineData(true, nameof(BlockCipher.Aes128), nameof(BlockCipher.Aes256))]
    public async Task A_block_goes_in_the_clear_only_where_that_is_switched_on_and_asked_for(
        bool isAllowed, string wish, string used)
    {
        RetrievalServer server = CreateServer(
            new ContentSource(Content), new() { Cipher = BlockCipher.Aes256, AllowUnencrypted = isAllowed });
        byte[] request = GetBlock(Segment.Id, 3);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(12), (int)Enum.Parse<BlockCipher>(wish));

        var block = ReadBlock(await server.AskAsync(request));

        Assert.Equal(Enum.Parse<BlockCipher>(used), block.Cipher);
        Assert.Equal(block.Cipher == BlockCipher.None, block.Data.AsSpan().SequenceEqual(Content.GetBlock(Segment, 3)));
        Assert.Equal(block.Cipher == BlockCipher.None ? 0 : 16, block.Vector.Length);
    }

    [Fact]
    public async Task Ciphertext_goes_as_it_came()
    {
        RetrievalServer server = CreateServer(new ContentSource(Content) { IsSealed = true });

        var block = ReadBlock(await server.AskAsync(GetBlock(Segment.Id, 0)));

        Assert.Equal(BlockCipher.Aes192, block.Cipher);
        Assert.Equal(new byte[16], block.Vector);
        Assert.Equal(1, server.Counters[RetrievalCounter.SealedBlocksServed]);
    }

    // 3.2.5.3: the smallest index alone.
    [Fact]
    public async Task Of_several_blocks_the_first_is_sent()
    {
        RetrievalServer server = CreateServer(new ContentSource(Content));
        byte[] request = Request(new GetBlks(Segment.Id, BlockSet.Range(9, 2).Union(BlockSet.Range(4, 1))));

        Assert.Equal(4, ReadBlock(await server.AskAsync(request)).Index);
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(1, 2)]
    [InlineData(3, 5)]
    public async Task A_block_that_is_not_here_has_no_bytes_and_the_next_one_is_named(int index, int next)
    {
        RetrievalServer server = CreateServer(
            new ContentSource(Content) { Held = BlockSet.Range(2, 1).Union(BlockSet.Range(5, 1)) });

        var block = ReadBlock(await server.AskAsync(GetBlock(Segment.Id, index)));

        Assert.Equal((index, next, 0), (block.Index, block.Next, block.Data.Length));
        Assert.Equal(1, server.Counters[RetrievalCounter.BlocksMissing]);
    }

    [Fact]
    public async Task A_segment_that_is_not_here_has_nothing()
    {
        SegmentId unknown = TestContent.V1(6, 100, 1).Segments[0].Id;
        RetrievalServer server = CreateServer(new ContentSource(Content));

        Assert.Empty(ReadBlock(await server.AskAsync(GetBlock(unknown, 0))).Data);
        (BlockSet blocks, uint next) = ReadList(await server.AskAsync(Request(new GetBlkList(unknown, BlockSet.First(512)))));
        Assert.Equal((0, 0u), (blocks.Count, next));
    }

    [Fact]
    public async Task A_list_has_what_was_asked_for_and_is_here_and_names_the_next()
    {
        BlockSet held = BlockSet.Range(1, 3).Union(BlockSet.Range(8, 4));
        RetrievalServer server = CreateServer(new ContentSource(Content) { Held = held });

        (BlockSet blocks, uint next) = ReadList(await server.AskAsync(Request(new GetBlkList(Segment.Id, BlockSet.Range(2, 7)))));

        Assert.Equal(BlockSet.Range(2, 2).Union(BlockSet.Range(8, 1)), blocks);
        Assert.Equal(9u, next);
    }

    [Fact]
    public async Task No_range_gets_a_normal_empty_answer()
    {
        RetrievalServer server = CreateServer(new ContentSource(Content));

        (BlockSet blocks, _) = ReadList(await server.AskAsync(Request(new GetBlkList(Segment.Id, default))));
        var block = ReadBlock(await server.AskAsync(Request(new GetBlks(Segment.Id, default))));

        Assert.True(blocks.IsEmpty);
        Assert.Empty(block.Data);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(ushort.MaxValue, 9)]
    public async Task A_version_that_is_not_spoken_is_answered_with_those_that_are(int major, int minor)
    {
        RetrievalServer server = CreateServer(new ContentSource(Content));
        var version = new RetrievalVersion((ushort)major, (ushort)minor);

        byte[]? answer = await server.AskAsync(Request(new GetBlks(Segment.Id, BlockSet.First(1)), version));

        Assert.True(RetrievalFrame.TryReadResponse(answer, out RetrievalHeader header, out WireReader body));
        Assert.Equal((RetrievalMessageType.NegoResp, RetrievalVersion.V1), (header.Type, header.Version));
        Assert.True(NegoResp.TryRead(ref body, out NegoResp versions));
        Assert.Equal(RetrievalVersionRange.First, versions.Versions);
        Assert.Equal(1, server.Counters[RetrievalCounter.Negotiations]);
    }

    [Fact]
    public async Task Only_a_hosted_cache_speaks_2_0_and_lists_segments()
    {
        byte[] request = Request(
            new GetSegList { RequestId = 7, SegmentIds = [Segment.Id, TestContent.V1(6, 9, 1).Segments[0].Id, Content.Segments[1].Id] },
            RetrievalVersion.V2);
        RetrievalServer peer = CreateServer(new ContentSource(Content));
        RetrievalServer hosted = CreateServer(new ContentSource(Content), new() { IsHostedCache = true });

        Assert.Equal(RetrievalMessageType.NegoResp, ReadType(await peer.AskAsync(request)));
        byte[]? answer = await hosted.AskAsync(request);

        Assert.True(RetrievalFrame.TryReadResponse(answer, out RetrievalHeader header, out WireReader body));
        Assert.Equal(RetrievalVersion.V2, header.Version);
        Assert.True(SegList.TryRead(ref body, out SegList? list));
        Assert.Equal((Bits128)7, list!.RequestId);
        Assert.Equal([new SegmentRange(0, 1), new SegmentRange(2, 1)], list.Ranges);
    }

    [Theory]
    [InlineData(RetrievalVectors.NegoReq)]
    [InlineData(RetrievalVectors.GetBlkList)]
    [InlineData(RetrievalVectors.GetBlks)]
    [InlineData(RetrievalVectors.GetSegList)]
    public async Task What_is_cut_or_longer_than_it_says_is_discarded(string vector)
    {
        byte[] request = RetrievalVectors.Bytes(vector);
        RetrievalServer server = CreateServer(new ContentSource(Content), new() { IsHostedCache = true });
        for (int length = 0; length < request.Length; length++)
        {
            Assert.Null(await server.AskAsync(request[..length]));
            byte[] honest = request[..length];
            if (length >= RetrievalHeader.Length)
            {
                BinaryPrimitives.WriteInt32BigEndian(honest.AsSpan(8), length);
                Assert.Null(await server.AskAsync(honest));
            }
        }

        byte[] longer = [.. request, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(longer.AsSpan(8), longer.Length);
        Assert.Null(await server.AskAsync(longer));
        Assert.Equal(server.Counters[RetrievalCounter.Requests], server.Counters[RetrievalCounter.Malformed]);
        Assert.Equal(0, server.ActiveClients);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(7u)]
    [InlineData(8u)]
    [InlineData(uint.MaxValue)]
    public async Task What_is_no_request_is_discarded(uint type)
    {
        byte[] request = GetBlock(Segment.Id, 0);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), type);

        Assert.Null(await CreateServer(new ContentSource(Content), new() { IsHostedCache = true }).AskAsync(request));
    }

    // 2.2.3: the type fixes the version.
    [Fact]
    public async Task A_list_of_segments_in_1_0_is_discarded()
    {
        byte[] request = Request(new GetSegList { RequestId = 7, SegmentIds = [Segment.Id] }, RetrievalVersion.V1);

        Assert.Null(await CreateServer(new ContentSource(Content), new() { IsHostedCache = true }).AskAsync(request));
    }

    [Fact]
    public async Task Beyond_the_clients_that_are_served_at_once_answers_are_empty()
    {
        var options = new RetrievalOptions();
        RetrievalServer server = CreateServer(new ContentSource(Content), options);
        List<RetrievalAnswer> served = [];
        for (int i = 0; i < options.MaximumClients; i++)
        {
            served.Add((await server.AnswerAsync(GetBlock(Segment.Id, 0), default))!);
        }

        Assert.Equal(64, server.ActiveClients);
        var busy = ReadBlock(await server.AskAsync(GetBlock(Segment.Id, 1)));
        (BlockSet blocks, _) = ReadList(await server.AskAsync(Request(new GetBlkList(Segment.Id, BlockSet.First(4)))));

        Assert.Equal((1, 0, 0), (busy.Index, busy.Next, busy.Data.Length));
        Assert.True(blocks.IsEmpty);
        Assert.Equal(2, server.Counters[RetrievalCounter.Busy]);
        Assert.Equal(64, server.ActiveClients);
        byte[][] written = await Task.WhenAll(served.Select(WriteAsync));
        Assert.All(written, answer => Assert.Equal(65552, ReadBlock(answer).Data.Length));

        served[0].Dispose();
        served[0].Dispose();
        Assert.Equal(63, server.ActiveClients);
        Assert.Equal(65552, ReadBlock(await server.AskAsync(GetBlock(Segment.Id, 1))).Data.Length);
        served.ForEach(answer => answer.Dispose());
        Assert.Equal(0, server.ActiveClients);
    }

    [Fact]
    public async Task A_negotiation_is_answered_however_busy_the_server_is()
    {
        RetrievalServer server = CreateServer(new ContentSource(Content), new() { MaximumClients = 1 });
        using RetrievalAnswer? served = await server.AnswerAsync(GetBlock(Segment.Id, 0), default);

        Assert.Equal(
            RetrievalMessageType.NegoResp, ReadType(await server.AskAsync(RetrievalVectors.Bytes(RetrievalVectors.NegoReq))));
    }

    [Fact]
    public async Task A_client_is_counted_out_however_its_request_ends()
    {
        RetrievalServer broken = CreateServer(new ContentSource(Content) { IsBroken = true });
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken.AskAsync(GetBlock(Segment.Id, 0)));
        Assert.Equal(0, broken.ActiveClients);

        RetrievalServer slow = CreateServer(new ContentSource(Content) { Gate = new TaskCompletionSource().Task });
        using var stop = new CancellationTokenSource();
        Task waiting = slow.AnswerAsync(GetBlock(Segment.Id, 0), stop.Token).AsTask();
        Assert.Equal(1, slow.ActiveClients);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, slow.ActiveClients);
    }

    private static (BlockSet Blocks, uint Next) ReadList(byte[]? answer)
    {
        Assert.True(RetrievalFrame.TryReadResponse(answer, out RetrievalHeader header, out WireReader body));
        Assert.Equal(RetrievalMessageType.BlkList, header.Type);
        Assert.True(BlkList.TryRead(ref body, out BlkList list));
        return (list.Blocks, list.NextBlockIndex);
    }
}

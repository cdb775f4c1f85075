using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Retrieval.Protocol.Messages;

public sealed class GoldenRetrievalTests
{
    private static readonly byte[] IdBytes = Convert.FromHexString(RetrievalVectors.Id);
    private static readonly Bits128 RequestId = new(0x1011121314151617, 0x18191A1B1C1D1E1F);

    private static SegmentId Id
    {
        get
        {
            Assert.True(SegmentId.TryCreate(IdBytes, out SegmentId id));
            return id;
        }
    }

    [Fact]
    public void Versions_have_the_minor_number_in_the_high_word()
    {
        Assert.Equal(0x0002_0001u, new RetrievalVersion(1, 2).ToWire());
        Assert.Equal(new RetrievalVersion(1, 2), RetrievalVersion.FromWire(0x0002_0001));
    }

    [Fact]
    public void A_negotiation_is_asked_for_and_answered()
    {
        Assert.Equal(
            RetrievalVectors.Bytes(RetrievalVectors.NegoReq), Request(new NegoReq(RetrievalVersionRange.All), RetrievalVersion.V1));
        Assert.Equal(
            RetrievalVectors.Bytes(RetrievalVectors.NegoResp), Response(new NegoResp(RetrievalVersionRange.All), RetrievalVersion.V1));

        WireReader request = Body(RetrievalVectors.NegoReq, RetrievalMessageType.NegoReq);
        Assert.True(NegoReq.TryRead(ref request, out NegoReq asked));
        Assert.Equal(RetrievalVersionRange.All, asked.Versions);
        WireReader response = ResponseBody(RetrievalVectors.NegoResp, RetrievalMessageType.NegoResp);
        Assert.True(NegoResp.TryRead(ref response, out NegoResp answered));
        Assert.Equal(RetrievalVersionRange.All, answered.Versions);
    }

    [Fact]
    public void A_request_for_a_list_of_blocks_has_ranges()
    {
        BlockSet needed = BlockSet.First(2).Union(BlockSet.Range(42, 7));

        Assert.Equal(
            RetrievalVectors.Bytes(RetrievalVectors.GetBlkList), Request(new GetBlkList(Id, needed), RetrievalVersion.V1));
        WireReader body = Body(RetrievalVectors.GetBlkList, RetrievalMessageType.GetBlkList);
        Assert.True(GetBlkList.TryRead(ref body, out GetBlkList read));
        Assert.Equal(Id, read.SegmentId);
        Assert.Equal(needed, read.Needed);
    }

    [Fact]
    public void A_request_for_a_block_has_one_range_of_one_block()
    {
        BlockSet block = BlockSet.Range(511, 1);

        Assert.Equal(RetrievalVectors.Bytes(RetrievalVectors.GetBlks), Request(new GetBlks(Id, block), RetrievalVersion.V1));
        WireReader body = Body(RetrievalVectors.GetBlks, RetrievalMessageType.GetBlks);
        Assert.True(GetBlks.TryRead(ref body, out GetBlks read));
        Assert.Equal(Id, read.SegmentId);
        Assert.Equal(block, read.Requested);
    }

    [Fact]
    public void A_list_of_blocks_has_ranges_and_the_next_block()
    {
        BlockSet blocks = BlockSet.Range(1, 1).Union(BlockSet.Range(44, 1));

        Assert.Equal(
            RetrievalVectors.Bytes(RetrievalVectors.BlkList),
            Response(new BlkList { SegmentId = IdBytes, Blocks = blocks, NextBlockIndex = 47 }, RetrievalVersion.V1));
        Assert.Equal(
            RetrievalVectors.Bytes(RetrievalVectors.EmptyBlkList), Response(new BlkList { SegmentId = IdBytes }, RetrievalVersion.V1));
        WireReader body = ResponseBody(RetrievalVectors.BlkList, RetrievalMessageType.BlkList);
        Assert.True(BlkList.TryRead(ref body, out BlkList read));
        Assert.True(read.SegmentId.SequenceEqual(IdBytes));
        Assert.Equal(blocks, read.Blocks);
        Assert.Equal(47u, read.NextBlockIndex);
    }

    [Fact]
    public void A_block_is_padded_and_its_vector_comes_behind_it()
    {
        byte[] data = Convert.FromHexString("A1A2A3A4A5A6");
        byte[] vector = Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF");
        byte[] golden = RetrievalVectors.Bytes(RetrievalVectors.Blk);

        var message = new Blk
        {
            SegmentId = IdBytes,
            BlockIndex = 3,
            NextBlockIndex = 5,
            Block = data,
            InitializationVector = vector,
        };
        byte[] written = new byte[RetrievalFrame.GetResponseLength(message)];
        RetrievalFrame.WriteResponse(written, message, RetrievalVersion.V1, BlockCipher.Aes192);
        Assert.Equal(golden, written);

        Assert.True(RetrievalFrame.TryReadResponse(golden, out RetrievalHeader header, out WireReader body));
        Assert.Equal(BlockCipher.Aes192, header.Cipher);
        Assert.True(Blk.TryRead(ref body, out Blk read));
        Assert.True(read.SegmentId.SequenceEqual(IdBytes));
        Assert.Equal((3u, 5u), (read.BlockIndex, read.NextBlockIndex));
        Assert.True(read.Block.SequenceEqual(data));
        Assert.True(read.InitializationVector.SequenceEqual(vector));
        Assert.True(golden.AsSpan().Overlaps(read.Block));
    }

    [Fact]
    public void A_block_that_is_not_here_has_no_bytes_and_no_vector()
    {
        Assert.Equal(
            RetrievalVectors.Bytes(RetrievalVectors.EmptyBlk),
            Response(new Blk { SegmentId = IdBytes, BlockIndex = 3 }, RetrievalVersion.V1));
        WireReader body = ResponseBody(RetrievalVectors.EmptyBlk, RetrievalMessageType.Blk);
        Assert.True(Blk.TryRead(ref body, out Blk read));
        Assert.True(read.Block.IsEmpty);
    }

    [Fact]
    public void A_request_for_segments_has_its_number_and_their_ids()
    {
        var message = new GetSegList { RequestId = RequestId, SegmentIds = [Id, Id] };

        Assert.Equal(RetrievalVectors.Bytes(RetrievalVectors.GetSegList), Request(message, RetrievalVersion.V2));
        WireReader body = Body(RetrievalVectors.GetSegList, RetrievalMessageType.GetSegList);
        Assert.True(GetSegList.TryRead(ref body, out GetSegList? read));
        Assert.Equal(RequestId, read!.RequestId);
        Assert.Equal([Id, Id], read.SegmentIds);
        Assert.Null(read.Ages);
    }

    [Fact]
    public void A_list_of_segments_has_ranges_and_ages()
    {
        SegmentAge[] ages = [new(0, TimeSpan.FromSeconds(1)), new(3, TimeSpan.FromSeconds(655.36))];
        SegmentRange[] ranges = [new(0, 2), new(3, 1)];
        var message = new SegList { RequestId = RequestId, Ranges = ranges, Ages = new SegmentAges(ages) };

        Assert.Equal(RetrievalVectors.Bytes(RetrievalVectors.SegList), Response(message, RetrievalVersion.V2));
        WireReader body = ResponseBody(RetrievalVectors.SegList, RetrievalMessageType.SegList);
        Assert.True(SegList.TryRead(ref body, out SegList? read));
        Assert.Equal(RequestId, read!.RequestId);
        Assert.Equal(ranges, read.Ranges);
        Assert.Equal(ages, read.Ages!.Ages);
    }

    private static byte[] Request<T>(T message, RetrievalVersion version)
        where T : IRetrievalMessage
    {
        byte[] bytes = new byte[RetrievalFrame.GetRequestLength(message)];
        RetrievalFrame.WriteRequest(bytes, message, version, BlockCipher.Aes128);
        return bytes;
    }

    private static byte[] Response<T>(T message, RetrievalVersion version)
        where T : IRetrievalMessage, allows ref struct
    {
        byte[] bytes = new byte[RetrievalFrame.GetResponseLength(message)];
        RetrievalFrame.WriteResponse(bytes, message, version, BlockCipher.Aes128);
        return bytes;
    }

    private static WireReader Body(string vector, RetrievalMessageType type)
    {
        Assert.True(RetrievalFrame.TryReadRequest(
            RetrievalVectors.Bytes(vector), out RetrievalHeader header, out WireReader body));
        Assert.Equal(type, header.Type);
        return body;
    }

    private static WireReader ResponseBody(string vector, RetrievalMessageType type)
    {
        Assert.True(RetrievalFrame.TryReadResponse(
            RetrievalVectors.Bytes(vector), out RetrievalHeader header, out WireReader body));
        Assert.Equal(type, header.Type);
        return body;
    }
}

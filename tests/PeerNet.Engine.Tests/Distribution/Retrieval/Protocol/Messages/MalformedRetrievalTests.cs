using System.Buffers.Binary;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Retrieval.Protocol.Messages;

public sealed class MalformedRetrievalTests
{
    private const int IdSize = RetrievalHeader.Length;
    private const int RangeCount = IdSize + 4 + 32;
    private const int FirstIndex = RangeCount + 4;
    private const int FirstCount = FirstIndex + 4;

    [Theory]
    [InlineData(IdSize, 31u)]
    [InlineData(IdSize, 33u)]
    [InlineData(IdSize, uint.MaxValue)]
    [InlineData(RangeCount, 257u)]
    [InlineData(RangeCount, 3u)]
    [InlineData(RangeCount, 1u)]
    [InlineData(FirstIndex, 512u)]
    [InlineData(FirstCount, 513u)]
    [InlineData(FirstCount, uint.MaxValue)]
    public void A_request_for_a_list_with_a_number_out_of_range_is_malformed(int offset, uint value) =>
        Assert.False(TryReadList(offset, value, out _));

    [Fact]
    public void Ranges_may_come_in_any_order_overlap_and_count_nothing()
    {
        // 42 to 48 stay; 0 and 1 become 44 and 45, which they overlap; then nothing at 5.
        Assert.True(TryReadList(FirstIndex, 44, out GetBlkList overlapping));
        Assert.Equal(BlockSet.Range(42, 7), overlapping.Needed);
        Assert.True(TryReadList(FirstCount, 0, out GetBlkList empty));
        Assert.Equal(BlockSet.Range(42, 7), empty.Needed);
    }

    [Fact]
    public void A_request_for_no_block_is_sound()
    {
        byte[] bytes = RetrievalVectors.Bytes(RetrievalVectors.GetBlks);
        bytes = [.. bytes.AsSpan(0, RangeCount), .. new byte[8]];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length);
        Assert.True(RetrievalFrame.TryReadRequest(bytes, out _, out WireReader body));

        Assert.True(GetBlks.TryRead(ref body, out GetBlks read));
        Assert.Equal(0, read.Requested.Count);
    }

    [Fact]
    public void A_size_that_is_not_the_real_length_is_malformed()
    {
        foreach (int delta in new[] { -1, 1, int.MaxValue })
        {
            byte[] request = RetrievalVectors.Bytes(RetrievalVectors.GetBlks);
            BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(8), unchecked(request.Length + delta));
            Assert.False(RetrievalFrame.TryReadRequest(request, out _, out _));

            byte[] response = RetrievalVectors.Bytes(RetrievalVectors.Blk);
            BinaryPrimitives.WriteInt32BigEndian(response, unchecked(response.Length - 4 + delta));
            Assert.False(RetrievalFrame.TryReadResponse(response, out _, out _));

            response = RetrievalVectors.Bytes(RetrievalVectors.Blk);
            BinaryPrimitives.WriteInt32BigEndian(response.AsSpan(12), unchecked(response.Length - 4 + delta));
            Assert.False(RetrievalFrame.TryReadResponse(response, out _, out _));
        }
    }

    [Theory]
    [InlineData(15u, false)]
    [InlineData(16u, true)]
    [InlineData(393_216u, true)]
    [InlineData(393_217u, false)]
    public void An_answer_has_16_bytes_to_384_KiB(uint size, bool isAllowed)
    {
        byte[] prefix = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(prefix, size);
        Assert.Equal(isAllowed, RetrievalFrame.TryReadPrefix(prefix, out _));
    }

    [Fact]
    public void A_request_for_no_segments_or_for_more_than_it_has_is_malformed()
    {
        foreach (uint count in new uint[] { 0, 1, 3, 0x1000_0000, uint.MaxValue })
        {
            byte[] bytes = RetrievalVectors.Bytes(RetrievalVectors.GetSegList);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(32), count);
            Assert.True(RetrievalFrame.TryReadRequest(bytes, out _, out WireReader body));
            Assert.False(GetSegList.TryRead(ref body, out _));
        }
    }

    [Fact]
    public void A_range_of_no_segments_is_malformed()
    {
        byte[] bytes = RetrievalVectors.Bytes(RetrievalVectors.SegList);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + 16 + 16 + 4 + 4), 0);
        Assert.True(RetrievalFrame.TryReadResponse(bytes, out _, out WireReader body));
        Assert.False(SegList.TryRead(ref body, out _));
    }

    [Fact]
    public void A_blob_that_is_invalid_is_discarded_and_the_list_stays()
    {
        byte[] bytes = RetrievalVectors.Bytes(RetrievalVectors.SegList);
        bytes[^10] = 5;
        Assert.True(RetrievalFrame.TryReadResponse(bytes, out _, out WireReader body));

        Assert.True(SegList.TryRead(ref body, out SegList? read));
        Assert.Null(read!.Ages);
        Assert.Equal(2, read.Ranges.Count);
    }

    private static bool TryReadList(int offset, uint value, out GetBlkList list)
    {
        byte[] bytes = RetrievalVectors.Bytes(RetrievalVectors.GetBlkList);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(offset), value);
        Assert.True(RetrievalFrame.TryReadRequest(bytes, out _, out WireReader body));
        return GetBlkList.TryRead(ref body, out list);
    }
}

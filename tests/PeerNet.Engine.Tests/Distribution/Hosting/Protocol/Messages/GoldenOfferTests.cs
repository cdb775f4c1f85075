using System.Text;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol.Messages;

public sealed class GoldenOfferTests
{
    private const ushort Port = 8008;

    private static readonly ContentTag WinINet = new(new Guid(Encoding.ASCII.GetBytes("WinINet".PadRight(16, '\0'))));

    private static SegmentId Id
    {
        get
        {
            Assert.True(SegmentId.TryParse(OfferVectors.Id, out SegmentId id));
            return id;
        }
    }

    [Fact]
    public void An_initial_offer_is_an_id_to_the_end_of_the_message()
    {
        Assert.Equal(OfferVectors.Bytes(OfferVectors.InitialOffer), OfferFrame.Write(new InitialOffer(Id), Port));

        WireReader body = Body(OfferVectors.InitialOffer, OfferVersion.V1, OfferMessageType.InitialOffer);
        Assert.True(InitialOffer.TryRead(ref body, out InitialOffer read));
        Assert.Equal(Id, read.SegmentId);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(20, false)]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(48, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void An_initial_offer_has_an_id_of_one_of_the_hashes(int length, bool isSound)
    {
        var body = new WireReader(new byte[length]);
        Assert.Equal(isSound, InitialOffer.TryRead(ref body, out _));
    }

    [Fact]
    public void A_segment_is_described_by_content_information_in_its_own_byte_order()
    {
        byte[] golden = OfferVectors.Bytes(OfferVectors.SegmentInfo);
        byte[] information = OfferVectors.Bytes(OfferVectors.Information);
        Assert.Equal(golden, OfferFrame.Write(new SegmentInfo(WinINet, information), Port));

        WireReader body = Body(OfferVectors.SegmentInfo, OfferVersion.V1, OfferMessageType.SegmentInfo);
        Assert.True(SegmentInfo.TryRead(ref body, out SegmentInfo read));
        Assert.Equal(WinINet, read.Tag);
        Assert.Equal(information, read.Information.ToArray());
        Assert.True(read.TryReadSegment(out PeerContentSegment? segment));
        Assert.Equal((100_000, 2, 0), (segment.Length, segment.DescribedBlocks, segment.FirstBlock));
        Assert.Equal(32, segment.Secret.Length);
    }

    // MS-PCHC 2.2.1.4: what is written for a range has the offset of the range and the length of the segment.
    [Fact]
    public void The_information_of_a_range_has_the_hashes_of_the_range_and_the_length_of_the_segment()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        var information = new PeerContentInformation
        {
            Version = PeerContentVersion.V1,
            HashAlgorithm = PeerContentHash.Sha256,
            Offset = 70_000,
            Length = 100_000,
            Segments = [content.Segment],
        };

        byte[] written = V1InformationWriter.WriteOffer(information, content.Segment);

        Assert.Equal(70_000, BitConverter.ToInt32(written, 6));
        Assert.Equal(content.Segment.Length, BitConverter.ToInt32(written, 10));
        Assert.Equal(1, BitConverter.ToInt32(written, 14));
        Assert.True(new SegmentInfo(WinINet, written).TryReadSegment(out PeerContentSegment? read));
        Assert.Equal((1, 2), (read.FirstBlock, read.DescribedBlocks));
        Assert.Equal(content.Id, read.Id);
    }

    [Fact]
    public void Information_that_is_none_makes_no_segment_and_still_a_message()
    {
        byte[] bytes = [.. OfferVectors.Bytes(OfferVectors.SegmentInfo)[..32], 1, 2, 3];
        Assert.True(OfferFrame.TryRead(bytes, out _, out WireReader body));
        Assert.True(SegmentInfo.TryRead(ref body, out SegmentInfo read));
        Assert.False(read.TryReadSegment(out _));
    }

    [Fact]
    public void A_batched_offer_has_descriptors_of_59_bytes_and_no_count()
    {
        var offer = new BatchedOffer(
        [
            new(50_000, 50_000, WinINet, OfferHash.TruncatedSha512, Id),
            new(65_536, 33_554_432, WinINet, OfferHash.Sha256, Id),
        ]);
        Assert.Equal(59, SegmentDescriptor.Length);
        Assert.Equal(OfferVectors.Bytes(OfferVectors.BatchedOffer), OfferFrame.Write(offer, Port));

        WireReader body = Body(OfferVectors.BatchedOffer, OfferVersion.V2, OfferMessageType.BatchedOffer);
        Assert.True(BatchedOffer.TryRead(ref body, out BatchedOffer read));
        Assert.Equal(offer.Segments, read.Segments);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_batched_offer_has_1_to_128_descriptors(int count, bool isSound)
    {
        byte[] one = OfferVectors.Bytes(OfferVectors.BatchedOffer)[16..75];
        var body = new WireReader(Enumerable.Repeat(one, count).SelectMany(bytes => bytes).ToArray());
        Assert.Equal(isSound, BatchedOffer.TryRead(ref body, out BatchedOffer read));
        Assert.Equal(isSound ? count : 0, read.Segments?.Count ?? 0);
    }

    [Theory]
    [InlineData(9, 0)] // no tag
    [InlineData(9, 15)]
    [InlineData(9, 17)]
    [InlineData(8, 1)] // 272 bytes of tag
    public void A_descriptor_with_another_tag_length_spoils_the_message(int place, byte value)
    {
        byte[] bytes = OfferVectors.Bytes(OfferVectors.BatchedOffer);
        bytes[OfferHeader.Length + SegmentDescriptor.Length + place] = value;
        Assert.True(OfferFrame.TryRead(bytes, out _, out WireReader body));
        Assert.False(BatchedOffer.TryRead(ref body, out _));
    }

    [Fact]
    public void Padding_may_be_anything_and_is_written_as_zeros()
    {
        byte[] golden = OfferVectors.Bytes(OfferVectors.InitialOffer);
        byte[] bytes = [.. golden];
        bytes.AsSpan(4, 4).Fill(0xAA);
        bytes.AsSpan(10, 6).Fill(0xBB);

        Assert.True(OfferFrame.TryRead(bytes, out OfferHeader header, out WireReader body));
        Assert.True(InitialOffer.TryRead(ref body, out InitialOffer read));
        Assert.Equal(golden, OfferFrame.Write(read, header.Port));
    }

    [Theory]
    [InlineData(0, 1)] // 1.1
    [InlineData(1, 0)] // 0.0
    [InlineData(1, 3)] // 3.0
    public void Other_versions_are_no_message(int place, byte value)
    {
        byte[] bytes = OfferVectors.Bytes(OfferVectors.InitialOffer);
        bytes[place] = value;
        Assert.False(OfferFrame.TryRead(bytes, out _, out _));
    }

    [Fact]
    public void An_answer_is_a_size_and_a_code()
    {
        Assert.Equal(OfferVectors.Bytes(OfferVectors.Ok), OfferResponse.Write(OfferResponseCode.Ok));
        Assert.Equal(OfferVectors.Bytes(OfferVectors.Interested), OfferResponse.Write(OfferResponseCode.Interested));
        Assert.True(OfferResponse.TryRead(OfferVectors.Bytes(OfferVectors.Interested), out OfferResponseCode code));
        Assert.Equal(OfferResponseCode.Interested, code);
        Assert.False(OfferResponse.TryRead(Convert.FromHexString("0000000102"), out _));
        Assert.False(OfferResponse.TryRead(Convert.FromHexString("0000000200"), out _));
        Assert.False(OfferResponse.TryRead(Convert.FromHexString("00000001"), out _));
        Assert.False(OfferResponse.TryRead(Convert.FromHexString("000000010000"), out _));
    }

    [Fact]
    public void Content_without_a_tag_is_offered_as_PeerNets_and_kept_without_one()
    {
        byte[] bytes = new byte[16];
        var writer = new WireWriter(bytes);
        ContentTag.Of(Guid.Empty).Write(ref writer);

        Assert.Equal("PeerNet", Encoding.ASCII.GetString(bytes).TrimEnd('\0'));
        Assert.Equal(Guid.Empty, ContentTag.PeerNet.ToCacheTag());
        Assert.Equal(WinINet.Value, WinINet.ToCacheTag());
    }

    private static WireReader Body(string vector, OfferVersion version, OfferMessageType type)
    {
        Assert.True(OfferFrame.TryRead(OfferVectors.Bytes(vector), out OfferHeader header, out WireReader body));
        Assert.Equal(new OfferHeader(version, type, Port), header);
        return body;
    }
}

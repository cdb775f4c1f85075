using System.Buffers.Binary;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class MalformedInformationTests
{
    private const int SegmentPosition = 18;
    private const int DescriptionLength = 80;
    private const long Segment = 32 << 20;

    [Fact]
    public void No_part_of_information_is_information()
    {
        foreach (byte[] golden in Goldens())
        {
            for (int length = 0; length < golden.Length; length++)
            {
                Assert.False(Reads(golden[..length]), $"{length} of {golden.Length} bytes");
            }

            Assert.False(Reads([.. golden, 0]));
            Assert.False(Reads([.. golden, .. golden]));
        }
    }

    public static TheoryData<string, int, uint> V1Faults { get; } = new()
    {
        { "version", 0, 0x800C_0101 },
        { "algorithm", 2, 0x8004 },
        { "truncated SHA-512 in version 1", 2, 4 },
        { "offset beyond the first segment", 6, 32 << 20 },
        { "length beyond the last segment", 10, 200_001 },
        { "no segments", 14, 0 },
        { "more segments than bytes", 14, 3 },
        { "so many segments that their size overflows", 14, 0x4000_0000 },
        { "offset that is none of a segment", SegmentPosition, 65536 },
        { "offset beyond all content", SegmentPosition + 4, 0x7FFF_FFFF },
        { "a first segment of another length", SegmentPosition + 8, 31 << 20 },
        { "another block size", SegmentPosition + 12, 32768 },
        { "a gap between segments", SegmentPosition + DescriptionLength, 64 << 20 },
        { "a last segment without bytes", SegmentPosition + DescriptionLength + 8, 0 },
        { "a last segment that is too long", SegmentPosition + DescriptionLength + 8, (32 << 20) + 1 },
        { "a hash of data that is not the blocks'", SegmentPosition + 16, 1 },
        { "a block too few", SegmentPosition + (2 * DescriptionLength), 511 },
        { "a block too many", SegmentPosition + (2 * DescriptionLength), 513 },
        { "no blocks", SegmentPosition + (2 * DescriptionLength), 0 },
        { "a negative count of blocks", SegmentPosition + (2 * DescriptionLength), 0xFFFF_FFFF },
    };

    [Theory]
    [MemberData(nameof(V1Faults))]
    public void Version_1_that_contradicts_itself_is_refused(string fault, int position, uint value)
    {
        byte[] bytes = InformationBuilder.V1OfZeros(Segment + 200_000, 0, Segment + 200_000);
        Assert.True(Reads(bytes));

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(position), value);

        Assert.False(Reads(bytes), fault);
    }

    [Fact]
    public void A_range_cannot_leave_its_only_segment()
    {
        byte[] bytes = InformationBuilder.V1OfZeros(200_000, 150_000, 40_000);
        Assert.True(Reads(bytes));

        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), 50_001);

        Assert.False(Reads(bytes));
    }

    public static TheoryData<string, byte[]> V2Faults { get; } = new()
    {
        { "no chunks", InformationBuilder.V2(0, 0, 0, 0) },
        { "a chunk without segments", InformationBuilder.V2(0, 0, 0, 0, [7], []) },
        { "a segment without bytes", InformationBuilder.V2(0, 0, 0, 0, [7, 0]) },
        { "a segment that is too long", InformationBuilder.V2(0, 0, 0, 0, [131073]) },
        { "an offset beyond the first segment", InformationBuilder.V2(0, 0, 7, 1, [7, 7]) },
        { "a range beyond the segments", InformationBuilder.V2(0, 0, 1, 14, [7, 7]) },
        { "a range that ends before the last segment", InformationBuilder.V2(0, 0, 1, 6, [7, 7]) },
        { "a length that is negative", InformationBuilder.V2(0, 0, 0, ulong.MaxValue, [7]) },
        { "a start that is negative", InformationBuilder.V2(ulong.MaxValue, 0, 0, 0, [7]) },
        { "an end beyond all content", InformationBuilder.V2(long.MaxValue - 6, 0, 0, 0, [7]) },
        { "an index that is negative", InformationBuilder.V2(0, ulong.MaxValue, 0, 0, [7]) },
        { "SHA-256 in version 2", Changed(2, 1) },
        { "another type of chunk", Changed(31, 1) },
        { "a chunk with part of a segment", Changed(35, 67) },
        { "a chunk beyond the end", Changed(35, 136) },
    };

    [Theory]
    [MemberData(nameof(V2Faults))]
    public void Version_2_that_contradicts_itself_is_refused(string fault, byte[] bytes)
    {
        Assert.False(Reads(bytes), fault);
    }

    [Fact]
    public void An_offer_of_several_segments_or_of_none_of_its_blocks_is_refused()
    {
        Assert.False(V1InformationReader.TryReadOffer(
            InformationBuilder.V1OfZeros(Segment + 1, 0, Segment + 1), out _));
        Assert.False(V1InformationReader.TryReadOffer(ContentVectors.V2, out _));
        byte[] noBlocks = InformationBuilder.V1OfZeros(1, 0, 1)[..^32];
        BinaryPrimitives.WriteInt32LittleEndian(noBlocks.AsSpan(98), 0);
        Assert.False(V1InformationReader.TryReadOffer(noBlocks, out _));
    }

    private static byte[][] Goldens() =>
    [
        ContentVectors.Windows, ContentVectors.Sha384, ContentVectors.Sha512, ContentVectors.Sha256Range, ContentVectors.V2,
        ContentVectors.V2Range, InformationBuilder.V2(10, 3, 2, 6, [4, 1], [2], [5]),
    ];

    private static byte[] Changed(int position, byte value)
    {
        byte[] bytes = InformationBuilder.V2(0, 0, 0, 0, [7]);
        bytes[position] = value;
        return bytes;
    }

    private static bool Reads(byte[] bytes) => ContentInformationCodec.TryRead(bytes, out _);
}

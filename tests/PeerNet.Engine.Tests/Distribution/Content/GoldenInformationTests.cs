using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class GoldenInformationTests
{
    [Fact]
    public void A_Windows_servers_bytes_are_read_and_written_as_they_were()
    {
        PeerContentInformation information = Read(ContentVectors.Windows);

        Assert.Equal(PeerContentVersion.V1, information.Version);
        Assert.Equal(PeerContentHash.Sha256, information.HashAlgorithm);
        Assert.Equal(0, information.Offset);
        Assert.Equal(ContentVectors.WindowsContentLength, information.Length);
        PeerContentSegment segment = Assert.Single(information.Segments);
        Assert.Equal(2, segment.BlockCount);
        Assert.Equal(2, segment.DescribedBlocks);
        Assert.Equal(ContentVectors.WindowsContentLength - 65536, segment.GetBlockLength(1));
        Assert.Equal(
            "974bdd65567fdeeccdafe457a9503b4548f66ed3b188dcfda0ac382b09711acc",
            Convert.ToHexStringLower(segment.GetBlockHash(1)));
        Assert.Equal(ContentVectors.Windows, ContentInformationCodec.Write(information));
    }

    [Fact]
    public void Longer_hashes_are_read_and_written()
    {
        AssertWhole(ContentVectors.Sha384, PeerContentHash.Sha384, ContentVectors.Sha384Id, SHA384.HashData);
        AssertWhole(ContentVectors.Sha512, PeerContentHash.Sha512, ContentVectors.Sha512Id, SHA512.HashData);
    }

    [Fact]
    public void A_range_of_version_1_has_the_hashes_of_its_blocks_alone()
    {
        PeerContentInformation information = Read(ContentVectors.Sha256Range);

        Assert.Equal((70_000, 20_000), (information.Offset, information.Length));
        PeerContentSegment segment = Assert.Single(information.Segments);
        Assert.Equal(ContentVectors.Sha256RangeId, segment.Id.Bytes.ToArray());
        Assert.Equal((3, 1, 1), (segment.BlockCount, segment.FirstBlock, segment.DescribedBlocks));
        Assert.True(segment.GetBlockHash(0).IsEmpty);
        Assert.Equal(SHA256.HashData(ContentVectors.Content.AsSpan(65536, 65536)), segment.GetBlockHash(1).ToArray());
        Assert.True(segment.GetBlockHash(2).IsEmpty);
        Assert.Equal(ContentVectors.Sha256Range, ContentInformationCodec.Write(information));
    }

    [Fact]
    public void Version_2_is_read_and_written()
    {
        PeerContentInformation information = Read(ContentVectors.V2);

        Assert.Equal(PeerContentVersion.V2, information.Version);
        Assert.Equal((0, ContentVectors.Content.Length), (information.Offset, information.Length));
        Assert.Equal(ContentVectors.V2Ids, information.Segments.Select(segment => segment.Id.ToString().ToLowerInvariant()));
        Assert.Equal(ContentVectors.V2Lengths, information.Segments.Select(segment => segment.Length));
        foreach (PeerContentSegment segment in information.Segments)
        {
            byte[] hash = SHA512.HashData(ContentVectors.Content.AsSpan((int)segment.Offset, segment.Length))[..32];
            Assert.Equal(hash, segment.HashOfData.ToArray());
            Assert.Equal(hash, segment.GetBlockHash(0).ToArray());
            Assert.Equal((1, segment.Length), (segment.BlockCount, segment.GetBlockLength(0)));
        }

        Assert.Equal(ContentVectors.V2, ContentInformationCodec.Write(information));
    }

    [Fact]
    public void A_range_of_version_2_has_the_segments_that_it_touches()
    {
        PeerContentInformation range = ContentRange.Slice(Read(ContentVectors.V2), 100_000, 30_000);

        Assert.Equal(1, range.FirstSegmentIndex);
        Assert.Equal(ContentVectors.V2Range, ContentInformationCodec.Write(range));
        PeerContentInformation read = Read(ContentVectors.V2Range);
        Assert.Equal((100_000, 30_000, 1), (read.Offset, read.Length, read.FirstSegmentIndex));
        Assert.Equal(ContentVectors.V2Ids[1..], read.Segments.Select(segment => segment.Id.ToString().ToLowerInvariant()));
        Assert.Equal(61_440, read.Segments[0].Offset);
    }

    // MS-PCCRC 3.4 and 3.5 give offsets and sizes, and no hashes.
    [Fact]
    public void The_example_of_125_MB_has_its_sizes()
    {
        byte[] whole = InformationBuilder.V1OfZeros(0x7D00000, 0, 0x7D00000);
        PeerContentInformation information = Read(whole);

        Assert.Equal(64322 + 32, whole.Length);
        Assert.Equal([512, 512, 512, 464], information.Segments.Select(segment => segment.DescribedBlocks));
        Assert.Equal(0x1D00000, information.Segments[3].Length);
        Assert.Equal(whole, ContentInformationCodec.Write(information));

        PeerContentInformation range = ContentRange.Slice(information, 102_400, 126_876 * 1024);
        byte[] written = ContentInformationCodec.Write(range);
        Assert.Equal([511, 512, 512, 448], range.Segments.Select(segment => segment.DescribedBlocks));
        Assert.Equal(102_400, BitConverter.ToInt32(written, 6));
        Assert.Equal(0x1C00000, BitConverter.ToInt32(written, 10));
        Assert.Equal(InformationBuilder.V1OfZeros(0x7D00000, 102_400, 126_876 * 1024), written);
    }

    // The example of 3.5 has block 0 too, which its range does not touch.
    [Fact]
    public void Ranges_whose_blocks_begin_with_the_segment_are_understood()
    {
        PeerContentInformation range = Read(
            InformationBuilder.V1OfZeros(0x7D00000, 102_400, 126_876 * 1024, fromBlockZero: true));

        Assert.Equal([512, 512, 512, 448], range.Segments.Select(segment => segment.DescribedBlocks));
        Assert.Equal((102_400, 126_876 * 1024), (range.Offset, range.Length));
        Assert.Equal(
            InformationBuilder.V1OfZeros(0x7D00000, 102_400, 126_876 * 1024), ContentInformationCodec.Write(range));
    }

    // MS-PCCRC 3.1 has the length, 3.2 has zero.
    [Fact]
    public void The_whole_of_the_last_segment_is_zero_or_its_length()
    {
        byte[] bytes = InformationBuilder.V1OfZeros(128_000, 0, 128_000);
        Assert.Equal(0, BitConverter.ToInt32(bytes, 10));
        byte[] exact = [.. bytes];
        BitConverter.TryWriteBytes(exact.AsSpan(10), 128_000);

        Assert.Equal(128_000, Read(exact).Length);
        Assert.Equal(bytes, ContentInformationCodec.Write(Read(exact)));
    }

    [Fact]
    public void A_range_in_one_segment_counts_from_where_it_begins()
    {
        PeerContentInformation range = Read(InformationBuilder.V1OfZeros(128_000, 100, 1_000));

        Assert.Equal((100, 1_000), (range.Offset, range.Length));
    }

    [Fact]
    public void A_zero_length_of_version_2_is_the_whole()
    {
        PeerContentInformation information = Read(InformationBuilder.V2(0, 0, 0, 0, [131072, 1]));

        Assert.Equal(131073, information.Length);
    }

    [Fact]
    public void Several_chunks_of_version_2_are_one_list()
    {
        PeerContentInformation information = Read(InformationBuilder.V2(10, 3, 2, 6, [4, 1], [2], [5]));

        Assert.Equal([10, 14, 15, 17], information.Segments.Select(segment => segment.Offset));
        Assert.Equal((12, 6), (information.Offset, information.Length));
        Assert.Equal(
            InformationBuilder.V2(10, 3, 2, 6, [4, 1, 2, 5]), ContentInformationCodec.Write(information));
    }

    [Fact]
    public void An_offer_has_one_segment_and_its_whole_length()
    {
        PeerContentInformation information = Read(
            InformationBuilder.V1OfZeros((32 << 20) + 200_000, (32 << 20) + 70_000, 10_000));
        byte[] offer = V1InformationWriter.WriteOffer(information, information.Segments[0]);

        Assert.Equal(70_000, BitConverter.ToInt32(offer, 6));
        Assert.Equal(200_000, BitConverter.ToInt32(offer, 10));
        Assert.True(V1InformationReader.TryReadOffer(offer, out PeerContentSegment? segment));
        Assert.Equal(information.Segments[0].Id, segment.Id);
        Assert.Equal((1, 1), (segment.FirstBlock, segment.DescribedBlocks));
        Assert.Equal(information.Segments[0].Secret.ToArray(), segment.Secret.ToArray());
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        PeerException version = Assert.Throws<PeerException>(
            () => ContentInformationCodec.Read([0, 3, 4, 0], "report.info"));
        PeerException damaged = Assert.Throws<PeerException>(
            () => ContentInformationCodec.Read(ContentVectors.V2.AsSpan(1), "report.info"));

        Assert.Same(PeerErrors.ContentInformationVersionUnsupported, version.Error);
        Assert.Contains("report.info", version.Message);
        Assert.Contains("3.0", version.Message);
        Assert.Equal("report.info", version.Target);
        Assert.NotNull(damaged.Error);
        Assert.Same(
            PeerErrors.CannotParseContentInformation,
            Assert.Throws<PeerException>(() => ContentInformationCodec.Read(ContentVectors.V2.AsSpan(0, 200), null)).Error);
        Assert.Equal("report.info", ContentInformationCodec.Read(ContentVectors.V2, "report.info").ContentId);
    }

    private static PeerContentInformation Read(byte[] bytes)
    {
        Assert.True(ContentInformationCodec.TryRead(bytes, out PeerContentInformation? information));
        return information;
    }

    private static void AssertWhole(byte[] bytes, PeerContentHash algorithm, byte[] id, Func<byte[], byte[]> hash)
    {
        PeerContentInformation information = Read(bytes);
        PeerContentSegment segment = Assert.Single(information.Segments);
        Assert.Equal(algorithm, information.HashAlgorithm);
        Assert.Equal(ContentVectors.Content.Length, information.Length);
        Assert.Equal(id, segment.Id.Bytes.ToArray());
        byte[] blocks = [.. ContentVectors.Content.Chunk(65536).SelectMany(hash)];
        Assert.Equal(blocks, segment.BlockHashes.ToArray());
        Assert.Equal(hash(blocks), segment.HashOfData.ToArray());
        Assert.Equal(bytes, ContentInformationCodec.Write(information));
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class ContentRangeTests
{
    private const int Rounds = 200;
    private const long Segment = 32 << 20;

    [Fact]
    public void Ranges_of_version_1_are_those_a_server_would_describe() => ForAll(random =>
    {
        long length = 1 + random.Next((int)(3 * Segment));
        (long offset, long count) = Range(random, 0, length);
        int algorithm = 0x800C + random.Next(3);
        PeerContentInformation whole = Read(InformationBuilder.V1OfZeros(length, 0, length, algorithm));
        byte[] expected = InformationBuilder.V1OfZeros(length, offset, count, algorithm);

        PeerContentInformation slice = ContentRange.Slice(whole, offset, count);
        Assert.Equal(expected, ContentInformationCodec.Write(slice));
        PeerContentInformation read = Read(expected);
        Assert.Equal((offset, count), (read.Offset, read.Length));
        Assert.Equal(expected, ContentInformationCodec.Write(read));
        AssertSliceOfSlice(random, whole, slice);
    });

    [Fact]
    public void Ranges_of_version_2_come_back_as_they_were_written() => ForAll(random =>
    {
        int[] lengths = [.. Enumerable.Range(0, 1 + random.Next(20)).Select(_ => 1 + random.Next(131072))];
        PeerContentInformation whole = Read(InformationBuilder.V2(0, 0, 0, (ulong)lengths.Sum(), lengths));
        (long offset, long count) = Range(random, 0, whole.Length);

        PeerContentInformation slice = ContentRange.Slice(whole, offset, count);
        byte[] written = ContentInformationCodec.Write(slice);
        PeerContentInformation read = Read(written);
        Assert.Equal(written, ContentInformationCodec.Write(read));
        Assert.Equal(
            (offset, count, slice.FirstSegmentIndex), (read.Offset, read.Length, read.FirstSegmentIndex));
        Assert.Equal(
            whole.Segments.Where(segment => segment.Offset + segment.Length > offset && segment.Offset < offset + count)
                .Select(segment => (segment.Id, segment.Offset)),
            read.Segments.Select(segment => (segment.Id, segment.Offset)));
        AssertSliceOfSlice(random, whole, slice);
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(-1, 2)]
    [InlineData(0, 8)]
    [InlineData(7, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, long.MaxValue)]
    public void A_range_outside_is_an_error(long offset, long length)
    {
        PeerContentInformation information = Read(InformationBuilder.V2(0, 0, 0, 7, [3, 4]));

        Assert.Same(
            PeerErrors.ContentOutOfBounds,
            Assert.Throws<PeerException>(() => ContentRange.Slice(information, offset, length)).Error);
    }

    [Theory]
    [InlineData(3, null, "Byte 3 is")]
    [InlineData(90, null, "Byte 90 is")]
    [InlineData(12, 6L, "The range of 6 bytes from 12 is")]
    public void A_range_outside_is_told_as_it_was_asked_for(long offset, long? length, string begin)
    {
        PeerContentInformation information = Read(InformationBuilder.V2(10, 0, 0, 7, [3, 4]));

        PeerException[] failures =
        [
            Assert.Throws<PeerException>(() => ContentRange.Slice(information, offset, length)),
            Assert.Throws<PeerException>(() => ContentLayout.Create(information, offset, length)),
        ];

        Assert.All(failures, failure => Assert.StartsWith(
            $"{begin} not within the 7 bytes from 10", failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_range_without_a_length_goes_to_the_end()
    {
        PeerContentInformation information = Read(InformationBuilder.V2(10, 0, 0, 7, [3, 4]));

        PeerContentInformation slice = ContentRange.Slice(information, 14, null);

        Assert.Equal((14, 3), (slice.Offset, slice.Length));
    }

    [Fact]
    public void The_segment_of_a_byte_is_found()
    {
        PeerContentInformation information = Read(InformationBuilder.V2(10, 1, 0, 7, [3, 1, 3]));

        Assert.Equal(
            [0, 0, 0, 1, 2, 2, 2],
            Enumerable.Range(10, 7).Select(offset => ContentRange.FindSegment(information.Segments, offset)));
    }

    private static void AssertSliceOfSlice(SeededBytes random, PeerContentInformation whole, PeerContentInformation slice)
    {
        (long offset, long count) = Range(random, slice.Offset, slice.Length);
        Assert.Equal(
            ContentInformationCodec.Write(ContentRange.Slice(whole, offset, count)),
            ContentInformationCodec.Write(ContentRange.Slice(slice, offset, count)));
    }

    // Borders of segments and blocks are what goes wrong, so half of the ranges begin or end at one.
    private static (long Offset, long Length) Range(SeededBytes random, long start, long length)
    {
        long from = random.Next((int)length);
        from -= random.Chance(2) && from > 65536 ? from % 65536 : 0;
        long count = 1 + random.Next((int)(length - from));
        count -= random.Chance(2) && count > 65536 ? count % 65536 : 0;
        return (start + from, count);
    }

    private static PeerContentInformation Read(byte[] bytes)
    {
        Assert.True(ContentInformationCodec.TryRead(bytes, out PeerContentInformation? information));
        return information;
    }

    private static void ForAll(Action<SeededBytes> property)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var random = new SeededBytes(round);
            try
            {
                property(random);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {random.Seed}, round {round}.", exception);
            }
        }
    }
}

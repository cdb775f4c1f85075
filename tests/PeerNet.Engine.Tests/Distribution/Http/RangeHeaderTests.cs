using System.Text;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>RFC 9110 14.1 and 14.2, of content of 1000 bytes.</summary>
public sealed class RangeHeaderTests
{
    private const int Everything = -1;

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-", 10, 990)]
    [InlineData("bytes=-10", 990, 10)]
    [InlineData("bytes=-5000", 0, 1000)]
    [InlineData("bytes=990-5000", 990, 10)]
    [InlineData("bytes=999-99999999999999999999999", 999, 1)]
    [InlineData("Bytes= 0-1 ", 0, 2)]
    [InlineData("bytes=,0-1,,", 0, 2)]
    [InlineData("bytes=5-6,1000-,-0", 5, 2)]
    public void A_range_is_cut_to_the_content(string header, long offset, long count) =>
        Assert.Equal([new ByteRange(offset, count)], RangeHeader.Read(header, 1000));

    [Theory]
    [InlineData("bytes=1000-")]
    [InlineData("bytes=1000-1001,2000-2001")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=99999999999999999999999-")]
    public void Ranges_behind_the_end_are_none(string header) => Assert.Empty(RangeHeader.Read(header, 1000)!);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes =0-1")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=5-1")]
    [InlineData("bytes=-")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=1")]
    [InlineData("bytes=0x1-2")]
    [InlineData("bytes=1 -2")]
    [InlineData("bytes=1- 2")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=0-1,x")]
    [InlineData("bytes=0-1;5-6")]
    [InlineData("bytes=٠-١")]
    public void What_is_malformed_is_as_if_it_were_not_there(string? header) => Assert.Null(RangeHeader.Read(header, 1000));

    [Theory]
    [InlineData("bytes=0-1,5-6", "0+2 5+2")]
    [InlineData("bytes=5-6,0-1", "5+2 0+2")]
    [InlineData("bytes=0-10,5-20", "0+21")]
    [InlineData("bytes=0-1,2-3", "0+4")]
    [InlineData("bytes=0-,0-,0-,-1", "0+1000")]
    [InlineData("bytes=50-59,0-9,70-79,5-55", "0+60 70+10")]
    [InlineData("bytes=0-9,20-29,40-49,9-40", "0+50")]
    [InlineData("bytes=-1,0-0", "999+1 0+1")]
    public void Ranges_that_touch_are_joined_and_others_keep_their_order(string header, string expected) =>
        Assert.Equal(
            expected, string.Join(' ', RangeHeader.Read(header, 1000)!.Select(range => $"{range.Offset}+{range.Count}")));

    [Theory]
    [InlineData(RangeHeader.MaximumCount, RangeHeader.MaximumCount)]
    [InlineData(RangeHeader.MaximumCount + 1, Everything)]
    [InlineData(2000, Everything)]
    public void A_crowd_of_ranges_gets_everything_at_once(int asked, int sent)
    {
        string header = "bytes=" + string.Join(',', Enumerable.Range(0, asked).Select(i => $"{2 * i}-{2 * i}"));

        Assert.Equal(sent, RangeHeader.Read(header, 10_000)?.Count ?? Everything);
    }

    [Fact]
    public void A_million_damaged_headers_cost_no_exception_and_what_is_read_is_within_the_content()
    {
        var chance = new SeededBytes();
        byte[] model = Encoding.ASCII.GetBytes("bytes=0-1, 500-999 ,-20,700-, 40-50,99999999999999999999-");
        byte[] damaged = new byte[model.Length + 200];
        for (int i = 0; i < 1_000_000; i++)
        {
            string value = Encoding.Latin1.GetString(damaged, 0, chance.Mutate(model, damaged));
            long length = chance.Next(1200);
            IReadOnlyList<ByteRange> ranges = RangeHeader.Read(value, length) ?? [];

            bool isSound = ranges.All(range => range is { Offset: >= 0, Count: > 0 } && range.End <= length)
                && ranges.Sum(range => range.Count) <= length;
            Assert.True(isSound, $"seed {chance.Seed}, length {length}: {value}");
        }
    }
}

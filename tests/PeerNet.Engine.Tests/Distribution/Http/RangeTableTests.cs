using System.Globalization;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>
/// RFC 9110 14.1.2 in a table: each kind of range against contents of 0, 1, 2 and more bytes. What is expected is what the
/// text says of single bytes, computed for all of them.
/// </summary>
public sealed class RangeTableTests
{
    private static readonly long[] Lengths = [0, 1, 2, 3, 10, 1000];

    private static readonly long[] Numbers = [0, 1, 2, 3, 9, 10, 11, 999, 1000, 1001, long.MaxValue];

    [Fact]
    public void Every_single_range_is_what_the_text_says()
    {
        foreach ((long? first, long? last) in Combine())
        {
            foreach (long length in Lengths)
            {
                string header = $"bytes={Write(first)}-{Write(last)}";
                Assert.True(
                    Describe(RangeHeader.Read(header, length)) == Describe(Expect(first, last, length)),
                    $"'{header}' of {length} bytes: {Describe(RangeHeader.Read(header, length))}, "
                    + $"not {Describe(Expect(first, last, length))}");
            }
        }
    }

    // A suffix of one byte or more is satisfiable, whatever the length: of nothing it is all there is, which no 206 can say.
    [Theory]
    [InlineData("bytes=-5")]
    [InlineData("bytes=-1")]
    [InlineData("bytes=0-0,-5")]
    [InlineData("bytes=-5,10-20")]
    [InlineData("bytes=-0,-5")]
    public void The_last_bytes_of_nothing_are_everything(string header) => Assert.Null(RangeHeader.Read(header, 0));

    [Theory]
    [InlineData("bytes=0-")]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=0-0,5-")]
    public void Nothing_has_no_first_byte(string header) => Assert.Empty(RangeHeader.Read(header, 0)!);

    [Theory]
    [InlineData("bytes=-5", 200)]
    [InlineData("bytes=0-", 416)]
    [InlineData("bytes=-0", 416)]
    public async Task An_empty_file_is_answered_so(string range, int status)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync([]);
        RawAnswer answer = await rig.AskAsync("GET", $"Range: {range}");

        Assert.Equal((status, 0), (answer.Status, answer.Body.Length));
        Assert.Equal(status == 416 ? "bytes */0" : null, answer["Content-Range"]);
    }

    private static IEnumerable<(long? First, long? Last)> Combine() =>
    [
        .. Numbers.SelectMany(first => Numbers.Select(last => ((long?)first, (long?)last))),
        .. Numbers.Select(first => ((long?)first, (long?)null)),
        .. Numbers.Select(last => ((long?)null, (long?)last)),
    ];

    // Null: the whole content, because the range is none, or because there is nothing to send a part of.
    private static IReadOnlyList<ByteRange>? Expect(long? first, long? last, long length)
    {
        if (first > last)
        {
            return null;
        }

        bool isSuffix = first is null;
        if (isSuffix && last > 0 && length == 0)
        {
            return null;
        }

        bool Covers(long position) =>
            isSuffix ? position >= length - last : position >= first && position <= (last ?? long.MaxValue);
        long[] covered = [.. Enumerable.Range(0, (int)length).Select(position => (long)position).Where(Covers)];
        return covered.Length == 0 ? [] : [new ByteRange(covered[0], covered.Length)];
    }

    private static string Write(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Describe(IReadOnlyList<ByteRange>? ranges) =>
        ranges is null ? "everything" : $"[{string.Join(' ', ranges.Select(range => $"{range.Offset}+{range.Count}"))}]";
}

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class PreconditionsTests
{
    private static readonly EntityTagHeaderValue Tag = new("\"3e8-abc\"");
    private static readonly DateTimeOffset Modified = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("If-None-Match", "\"3e8-abc\"", 304)]
    [InlineData("If-None-Match", "W/\"3e8-abc\"", 304)]
    [InlineData("If-None-Match", "\"x\", \"3e8-abc\"", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"x\"", 200)]
    [InlineData("If-None-Match", "no tag", 200)]
    [InlineData("If-Match", "\"3e8-abc\"", 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"x\"", 412)]
    [InlineData("If-Match", "W/\"3e8-abc\"", 412)]
    [InlineData("If-Modified-Since", "Fri, 02 Jan 2026 03:04:05 GMT", 304)]
    [InlineData("If-Modified-Since", "Fri, 02 Jan 2026 03:04:04 GMT", 200)]
    [InlineData("If-Modified-Since", "yesterday", 200)]
    [InlineData("If-Unmodified-Since", "Fri, 02 Jan 2026 03:04:05 GMT", 200)]
    [InlineData("If-Unmodified-Since", "Fri, 02 Jan 2026 03:04:04 GMT", 412)]
    public void A_condition_leads_to_the_status_of_RFC_9110(string name, string value, int status)
    {
        Assert.Equal(status, Preconditions.Evaluate(new HeaderDictionary { [name] = value }, Tag, Modified));
    }

    [Fact]
    public void A_tag_that_differs_is_newer_whatever_the_date_says()
    {
        HeaderDictionary headers = new()
        {
            ["If-None-Match"] = "\"x\"",
            ["If-Modified-Since"] = "Fri, 02 Jan 2026 03:04:05 GMT",
        };

        Assert.Equal(200, Preconditions.Evaluate(headers, Tag, Modified));
    }

    // RFC 9110 13.2.2: each condition is looked at only where those before it hold.
    [Theory]
    [InlineData("\"x\"", null, "\"3e8-abc\"", null, 412)]
    [InlineData("\"3e8-abc\"", null, "\"3e8-abc\"", null, 304)]
    [InlineData("\"3e8-abc\"", "Fri, 02 Jan 2026 03:04:04 GMT", null, null, 200)]
    [InlineData(null, "Fri, 02 Jan 2026 03:04:04 GMT", "\"3e8-abc\"", null, 412)]
    [InlineData(null, "Fri, 02 Jan 2026 03:04:05 GMT", "\"3e8-abc\"", null, 304)]
    [InlineData(null, null, "\"x\"", "Fri, 02 Jan 2026 03:04:05 GMT", 200)]
    [InlineData(null, null, "\"3e8-abc\"", "Fri, 02 Jan 2026 03:04:04 GMT", 304)]
    [InlineData(null, "tomorrow", null, "Fri, 02 Jan 2026 03:04:05 GMT", 304)]
    public void Conditions_are_looked_at_in_order(
        string? match, string? unmodified, string? noneMatch, string? modified, int status)
    {
        var headers = new HeaderDictionary();
        Add("If-Match", match);
        Add("If-Unmodified-Since", unmodified);
        Add("If-None-Match", noneMatch);
        Add("If-Modified-Since", modified);

        Assert.Equal(status, Preconditions.Evaluate(headers, Tag, Modified));

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("\"3e8-abc\"", true)]
    [InlineData("W/\"3e8-abc\"", false)]
    [InlineData("\"x\"", false)]
    [InlineData("*", false)]
    [InlineData("neither", false)]
    [InlineData("Fri, 02 Jan 2026 03:04:05 GMT", true)]
    [InlineData("Fri, 02 Jan 2026 03:04:04 GMT", false)]
    [InlineData("Fri, 02 Jan 2026 03:04:06 GMT", false)]
    public void A_range_of_other_content_is_not_sent(string? ifRange, bool isSent)
    {
        HeaderDictionary headers = new() { ["Range"] = "bytes=1-2" };
        if (ifRange is not null)
        {
            headers["If-Range"] = ifRange;
        }

        IReadOnlyList<ByteRange>? ranges = Preconditions.FindRanges(headers, Tag, Modified, 1000);

        Assert.Equal(isSent ? [new ByteRange(1, 2)] : null, ranges);
    }

    [Fact]
    public void A_date_tells_nothing_of_a_file_that_may_change_within_the_same_second()
    {
        HeaderDictionary headers = new()
        {
            ["Range"] = "bytes=1-2",
            ["If-Range"] = "Fri, 02 Jan 2026 03:04:05 GMT",
        };

        Assert.Null(Preconditions.FindRanges(headers, Tag, modified: null, 1000));
    }

    [Fact]
    public void Two_headers_that_ask_for_ranges_contradict_each_other()
    {
        HeaderDictionary headers = new() { ["Range"] = new(["bytes=1-2", "bytes=3-4"]) };

        Assert.Null(Preconditions.FindRanges(headers, Tag, Modified, 1000));
    }
}

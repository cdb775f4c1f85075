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

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=10-", 206, 10, 990)]
    [InlineData("bytes=-10", 206, 990, 10)]
    [InlineData("bytes=-5000", 206, 0, 1000)]
    [InlineData("bytes=990-5000", 206, 990, 10)]
    [InlineData("bytes=1000-", 416, 0, 1000)]
    [InlineData("bytes=-0", 416, 0, 1000)]
    [InlineData("bytes=5-1", 200, 0, 1000)]
    [InlineData("bytes=0-1,5-6", 200, 0, 1000)]
    [InlineData("lines=0-1", 200, 0, 1000)]
    [InlineData("bytes", 200, 0, 1000)]
    [InlineData("", 200, 0, 1000)]
    public void One_range_is_sent_and_anything_odd_is_answered_with_everything(string range, int status, long offset, long count)
    {
        int found = Preconditions.FindRange(
            new HeaderDictionary { ["Range"] = range }, Tag, Modified, 1000, out long first, out long length);

        Assert.Equal((status, offset, count), (found, first, length));
    }

    [Theory]
    [InlineData("\"3e8-abc\"", 206)]
    [InlineData("W/\"3e8-abc\"", 200)]
    [InlineData("\"x\"", 200)]
    [InlineData("Fri, 02 Jan 2026 03:04:05 GMT", 206)]
    [InlineData("Fri, 02 Jan 2026 03:04:06 GMT", 200)]
    public void A_range_of_other_content_is_not_sent(string ifRange, int status)
    {
        HeaderDictionary headers = new() { ["Range"] = "bytes=1-2", ["If-Range"] = ifRange };

        Assert.Equal(status, Preconditions.FindRange(headers, Tag, Modified, 1000, out _, out _));
    }

    [Fact]
    public void Content_of_no_bytes_has_no_range()
    {
        HeaderDictionary headers = new() { ["Range"] = "bytes=0-" };

        Assert.Equal(416, Preconditions.FindRange(headers, Tag, Modified, 0, out _, out _));
    }
}

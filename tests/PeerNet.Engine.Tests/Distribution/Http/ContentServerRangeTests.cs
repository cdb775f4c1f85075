using System.Globalization;
using System.Text;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>Ranges as RFC 9110 14 and 15.3.7 have them.</summary>
public sealed class ContentServerRangeTests
{
    [Theory]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=199990-", 199_990, 10)]
    [InlineData("bytes=-7", 199_993, 7)]
    [InlineData("bytes=5-9,10-14", 5, 10)]
    public async Task One_range_is_sent_as_it_is(string range, int offset, int count)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", $"Range: {range}");

        Assert.Equal(206, answer.Status);
        Assert.Equal($"bytes {offset}-{offset + count - 1}/200000", answer["Content-Range"]);
        Assert.Equal(("application/pdf", "Accept-Encoding"), (answer["Content-Type"], answer["Vary"]));
        Assert.Equal(rig.Content[offset..(offset + count)], answer.Body);
    }

    [Fact]
    public async Task Several_ranges_come_in_parts()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", "Range: bytes=100000-150000,0-9,-5,300000-");

        Assert.Equal((206, true, null), (answer.Status, answer.IsWhole, answer["Content-Range"]));
        (string Range, byte[] Data)[] parts = ReadParts(answer);
        Assert.Equal(
            ["bytes 100000-150000/200000", "bytes 0-9/200000", "bytes 199995-199999/200000"],
            parts.Select(part => part.Range));
        Assert.Equal(rig.Content[100_000..150_001], parts[0].Data);
        Assert.Equal(rig.Content[..10], parts[1].Data);
        Assert.Equal(rig.Content[^5..], parts[2].Data);
    }

    [Fact]
    public async Task Boundaries_are_not_to_be_guessed()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer one = await rig.AskAsync("GET", "Range: bytes=0-1,5-6");
        RawAnswer other = await rig.AskAsync("GET", "Range: bytes=0-1,5-6");

        Assert.NotEqual(one["Content-Type"], other["Content-Type"]);
    }

    [Theory]
    [InlineData("bytes=200000-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=200000-200001,999999-")]
    public async Task A_range_behind_the_end_is_told_where_that_is(string range)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", $"Range: {range}");

        Assert.Equal((416, "bytes */200000", 0), (answer.Status, answer["Content-Range"], answer.Body.Length));
    }

    [Theory]
    [InlineData("Range: bytes=9-0")]
    [InlineData("Range: pages=1-2")]
    [InlineData("Range: bytes=0-1", "If-Range: \"other\"")]
    [InlineData("Range: bytes=0-1", "If-Range: W/\"30d40-fingerprint\"")]
    [InlineData("Range: bytes=0-1", "Range: bytes=5-6")]
    public async Task What_does_not_hold_gets_everything(params string[] headers)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", headers);

        Assert.Equal((200, null), (answer.Status, answer["Content-Range"]));
        Assert.Equal(rig.Content, answer.Body);
    }

    [Theory]
    [InlineData("\"30d40-fingerprint\"")]
    [InlineData("Fri, 02 Jan 2026 03:04:05 GMT")]
    public async Task If_Range_holds_for_the_tag_and_for_the_date(string validator)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", "Range: bytes=0-1", $"If-Range: {validator}");

        Assert.Equal(206, answer.Status);
    }

    [Fact]
    public async Task Conditions_come_before_ranges()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer unchanged = await rig.AskAsync("GET", "Range: bytes=999999-", "If-None-Match: *");
        RawAnswer changed = await rig.AskAsync("GET", "Range: bytes=0-1", "If-Match: \"other\"");

        Assert.Equal((304, 412), (unchanged.Status, changed.Status));
    }

    [Fact]
    public async Task HEAD_knows_no_ranges()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("HEAD", "Range: bytes=0-1");

        Assert.Equal((200, "200000"), (answer.Status, answer["Content-Length"]));
    }

    // Information describes one range; and a range of information would be none.
    [Fact]
    public async Task Several_ranges_are_never_encoded()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync(
            "GET", "Range: bytes=0-9,20-29", "Accept-Encoding: peerdist", "X-P2P-PeerDist: Version=1.0");

        Assert.Equal((206, null), (answer.Status, answer["Content-Encoding"]));
        Assert.Equal(rig.Content[20..30], ReadParts(answer)[1].Data);
    }

    private static (string Range, byte[] Data)[] ReadParts(RawAnswer answer)
    {
        string type = answer["Content-Type"]!;
        string text = Encoding.Latin1.GetString(answer.Body);
        string boundary = "--" + type["multipart/byteranges; boundary=".Length..];
        Assert.StartsWith(boundary + "\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n" + boundary + "--\r\n", text, StringComparison.Ordinal);
        string[] parts = ("\r\n" + text).Split("\r\n" + boundary)[1..^1];
        return [.. parts.Select(ReadPart)];
    }

    private static (string Range, byte[] Data) ReadPart(string part)
    {
        string[] halves = part.Split("\r\n\r\n", 2);
        string[] lines = halves[0].Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Content-Type: application/pdf", lines[0]);
        string range = lines[1]["Content-Range: ".Length..];
        string[] numbers = range.Split(' ', '-', '/');
        int count = int.Parse(numbers[2], CultureInfo.InvariantCulture) - int.Parse(numbers[1], CultureInfo.InvariantCulture) + 1;
        byte[] data = Encoding.Latin1.GetBytes(halves[1]);
        Assert.Equal(count, data.Length);
        return (range, data);
    }
}

using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>What of MS-PCCRTP 3.2.5.1 and of RFC 9110 a request without ranges shows.</summary>
public sealed class ContentServerTests
{
    private const string Coding = "Accept-Encoding: gzip, peerdist";

    [Fact]
    public async Task A_browser_gets_the_file_with_strong_validators()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        using HttpResponseMessage response = await rig.Client.GetAsync(ContentServerRig.Address);

        Assert.Equal(rig.Content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/pdf", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("\"30d40-fingerprint\"", response.Headers.ETag!.ToString());
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        Assert.Equal(ContentServerRig.Modified, response.Content.Headers.LastModified);
        Assert.Equal(["bytes"], response.Headers.AcceptRanges);
    }

    [Fact]
    public async Task Whoever_speaks_the_coding_gets_information_of_what_he_asked_for()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer whole = await rig.AskAsync("GET", Coding, "X-P2P-PeerDist: Version=1.0");
        RawAnswer range = await rig.AskAsync(
            "GET",
            Coding,
            "X-P2P-PeerDist: Version=1.1",
            "X-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0",
            "Range: bytes=70000-70009");

        Assert.Equal((200, "peerdist"), (whole.Status, whole["Content-Encoding"]));
        Assert.Equal("Version=1.0, ContentLength=200000", whole["X-P2P-PeerDist"]);
        Assert.Equal(("Accept-Encoding", "\"30d40-fingerprint\""), (whole["Vary"], whole["ETag"]));
        Assert.Equal((PeerContentVersion.V1, 0L, 200_000L), Read(whole));
        Assert.Equal((206, "bytes 70000-70009/200000"), (range.Status, range["Content-Range"]));
        Assert.Equal("Version=1.1, ContentLength=10", range["X-P2P-PeerDist"]);
        Assert.Equal((PeerContentVersion.V2, 70_000L, 10L), Read(range));
    }

    [Theory]
    [InlineData(Coding, "X-P2P-PeerDist: Version=1.1, MissingDataRequest=true", "X-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0")]
    [InlineData(Coding, "X-P2P-PeerDist: Version=1.1, MissingDataRequest=maybe")]
    [InlineData(Coding, "X-P2P-PeerDist: Version=7.0")]
    [InlineData(Coding, "X-P2P-PeerDist: Version=1.1", "X-P2P-PeerDistEx: MinContentInformation=3.0, MaxContentInformation=4.0")]
    [InlineData(Coding, "X-P2P-PeerDist: Version=1.1", "X-P2P-PeerDistEx: MinContentInformation=1 .0, MaxContentInformation=x")]
    [InlineData(Coding, "X-P2P-PeerDist: nonsense", "X-P2P-PeerDistEx: nonsense")]
    [InlineData(Coding)]
    [InlineData("Accept-Encoding: peerdist;q=0", "X-P2P-PeerDist: Version=1.0")]
    [InlineData("Accept-Encoding: gzip", "X-P2P-PeerDist: Version=1.0")]
    [InlineData("Accept-Encoding: *", "X-P2P-PeerDist: Version=1.0")]
    public async Task Anybody_else_gets_the_content_itself(params string[] headers)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", headers);

        Assert.Equal((200, null, "Accept-Encoding"), (answer.Status, answer["Content-Encoding"], answer["Vary"]));
        Assert.Equal(rig.Content, answer.Body);
        Assert.Null(answer["X-P2P-PeerDistEx"]);
    }

    [Fact]
    public async Task Versions_are_numbers_of_many_digits_and_the_answer_names_the_one_used()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync("GET", Coding, "X-P2P-PeerDist: Version=1.23");

        Assert.Equal("Version=1.1, ContentLength=200000", answer["X-P2P-PeerDist"]);
        Assert.Equal((PeerContentVersion.V1, 0L, 200_000L), Read(answer));
    }

    [Fact]
    public async Task A_version_that_was_not_made_is_not_sent()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        rig.Versions.Remove(PeerContentVersion.V2);
        string[] request = [Coding, "X-P2P-PeerDist: Version=1.1"];

        RawAnswer either = await rig.AskAsync(
            "GET", [.. request, "X-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0"]);
        RawAnswer second = await rig.AskAsync(
            "GET", [.. request, "X-P2P-PeerDistEx: MinContentInformation=2.0, MaxContentInformation=2.0"]);

        Assert.Equal(PeerContentVersion.V1, Read(either).Version);
        Assert.Equal(rig.Content, second.Body);
    }

    [Fact]
    public async Task A_file_that_has_changed_is_served_plain_and_hashed_again()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer before = await rig.AskAsync("GET");
        File.WriteAllBytes(rig.Path, [1, 2, 3]);

        RawAnswer changed = await rig.AskAsync(
            "GET", Coding, "X-P2P-PeerDist: Version=1.1", "X-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=1.0");

        Assert.Equal([1, 2, 3], changed.Body);
        Assert.Equal("MakeHashRequest=true", changed["X-P2P-PeerDistEx"]);
        Assert.Equal("Version=1.1", changed["X-P2P-PeerDist"]);
        Assert.NotEqual(before["ETag"], changed["ETag"]);
        Assert.Equal(1, rig.HashRequests);
    }

    // It could change again without anything of it telling so.
    [Fact]
    public async Task A_file_that_was_written_a_moment_ago_has_no_strong_validator()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        File.WriteAllBytes(rig.Path, [1, 2, 3]);

        RawAnswer answer = await rig.AskAsync("GET");

        Assert.StartsWith("W/\"", answer["ETag"], StringComparison.Ordinal);
        Assert.Null(answer["Last-Modified"]);
    }

    [Fact]
    public async Task Content_of_no_bytes_has_no_information()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync([]);

        RawAnswer answer = await rig.AskAsync("GET", Coding, "X-P2P-PeerDist: Version=1.0");

        Assert.Equal((200, "0", null), (answer.Status, answer["Content-Length"], answer["Content-Encoding"]));
    }

    [Fact]
    public async Task Conditions_hold_for_information_too()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string[] request = [Coding, "X-P2P-PeerDist: Version=1.0"];

        RawAnswer unchanged = await rig.AskAsync("GET", [.. request, "If-None-Match: \"30d40-fingerprint\""]);
        RawAnswer other = await rig.AskAsync("GET", [.. request, "If-Match: \"other\""]);

        Assert.Equal((304, null, null), (unchanged.Status, unchanged["Content-Encoding"], unchanged["X-P2P-PeerDist"]));
        Assert.Equal(("\"30d40-fingerprint\"", "Accept-Encoding"), (unchanged["ETag"], unchanged["Vary"]));
        Assert.Equal((412, 0), (other.Status, other.Body.Length));
    }

    [Theory]
    [InlineData]
    [InlineData(Coding, "X-P2P-PeerDist: Version=1.0")]
    [InlineData("If-None-Match: \"30d40-fingerprint\"")]
    public async Task HEAD_says_what_GET_would_and_sends_nothing(params string[] headers)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();

        RawAnswer get = await rig.AskAsync("GET", headers);
        RawAnswer head = await rig.AskAsync("HEAD", headers);

        Assert.Equal(get.Status, head.Status);
        Assert.Equal(
            get.Headers.Where(header => header.Name != "Date"), head.Headers.Where(header => header.Name != "Date"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    [InlineData("get")]
    public async Task Nothing_is_written_and_what_may_be_asked_is_said(string method)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAsync(method, "Content-Length: 0");

        Assert.Equal((405, "GET, HEAD, OPTIONS"), (answer.Status, answer["Allow"]));
    }

    [Theory]
    [InlineData(ContentServerRig.Address, 204, "GET, HEAD, OPTIONS")]
    [InlineData("*", 204, "GET, HEAD, OPTIONS")]
    [InlineData("/files/other.pdf", 404, null)]
    public async Task OPTIONS_says_what_may_be_asked(string target, int status, string? allowed)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer answer = await rig.AskAtAsync(target, "OPTIONS");

        Assert.Equal((status, allowed), (answer.Status, answer["Allow"]));
    }

    [Fact]
    public async Task Clients_of_HTTP_1_0_get_the_content_and_information()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        RawAnswer plain = await RawHttp.ExchangeAsync(rig.Endpoint, $"GET {ContentServerRig.Address} HTTP/1.0\r\n\r\n");
        RawAnswer encoded = await RawHttp.ExchangeAsync(
            rig.Endpoint, $"GET {ContentServerRig.Address} HTTP/1.0\r\n{Coding}\r\nX-P2P-PeerDist: Version=1.0\r\n\r\n");

        Assert.Equal(rig.Content, plain.Body);
        Assert.Equal((PeerContentVersion.V1, 0L, 200_000L), Read(encoded));
    }

    [Theory]
    [InlineData("a.html", "text/html")]
    [InlineData("a.tar.GZ", "application/gzip")]
    [InlineData("a.iso", "application/octet-stream")]
    [InlineData("README", "application/octet-stream")]
    public void Media_types_go_by_the_last_extension(string name, string type) =>
        Assert.Equal(type, PeerNet.Engine.Distribution.Http.MediaTypes.Find(name));

    private static (PeerContentVersion Version, long Offset, long Length) Read(RawAnswer answer)
    {
        Assert.True(ContentInformationCodec.TryRead(answer.Body, out PeerContentInformation? information));
        return (information.Version, information.Offset, information.Length);
    }
}

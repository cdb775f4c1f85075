using System.Globalization;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>The client role of MS-PCCRTP, against servers that are sound and servers that are not.</summary>
public sealed class ContentServerClientTests
{
    private const string Tag = "ETag: \"1\"\r\n";
    private const string Encoded = "Content-Encoding: peerdist\r\n";

    private static readonly TestContent Content = TestContent.V2(3, 300_000, 128 * 1024);
    private static readonly byte[] Information = ContentInformationCodec.Write(Content.Information);
    private static readonly string Plain = Encoding.Latin1.GetString(Content.Bytes);
    private static readonly string Parameters = $"X-P2P-PeerDist: Version=1.1, ContentLength={Content.Bytes.Length}\r\n";

    [Fact]
    public async Task The_client_gets_information_and_then_what_is_missing()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        using var servers = new ContentServerClient(TimeProvider.System);
        byte[] missing = new byte[1000];

        using ContentServerAnswer answer = await servers.GetAsync(rig.Uri, null, 0, null, isHashRequest: false, default);
        await servers.GetMissingAsync(rig.Uri, answer.EntityTag, 5000, missing, default);

        Assert.Equal(200_000, answer.Information!.Length);
        Assert.Equal(rig.Content[5000..6000], missing);

        File.WriteAllBytes(rig.Path, new byte[200_000]);
        PeerException changed = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetMissingAsync(rig.Uri, answer.EntityTag, 5000, missing, default));
        Assert.Same(PeerErrors.ContentInvalidated, changed.Error);
    }

    [Fact]
    public async Task It_asks_as_the_specification_says()
    {
        await using ScriptedServer server = Serve(Encoded + Tag + Parameters, Encoding.Latin1.GetString(Information));
        using var servers = new ContentServerClient(TimeProvider.System);

        using (await servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default))
        using (await servers.GetAsync(server.Address, PeerContentVersion.V1, 0, null, isHashRequest: true, default))
        {
        }

        string[] requests = [.. server.Requests];
        Assert.All(requests, request => Assert.Contains("\r\nAccept-Encoding: peerdist\r\n", request, StringComparison.Ordinal));
        Assert.All(requests, request => Assert.Contains("\r\nX-P2P-PeerDist: Version=1.1\r\n", request, StringComparison.Ordinal));
        Assert.Contains(
            "\r\nX-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0\r\n", requests[0], StringComparison.Ordinal);
        Assert.Contains(
            "\r\nX-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=1.0, HashRequest=true\r\n",
            requests[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_asks_for_what_is_missing_without_the_coding()
    {
        await using ScriptedServer server = ScriptedServer.Saying(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-6/300000\r\nContent-Length: 2\r\n\r\nab");
        using var servers = new ContentServerClient(TimeProvider.System);
        byte[] missing = new byte[2];

        await servers.GetMissingAsync(server.Address, "\"1\"", 5, missing, default);

        Assert.Equal("ab", Encoding.ASCII.GetString(missing));
        string request = server.Requests.Single();
        Assert.Contains("\r\nX-P2P-PeerDist: Version=1.1, MissingDataRequest=true\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nRange: bytes=5-6\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nIf-Match: \"1\"\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("peerdist\r\n", request, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> UnusableAnswers { get; } = new()
    {
        { "no ContentLength", Encoded + Tag + "X-P2P-PeerDist: Version=1.1\r\n" },
        { "no parameters", Encoded + Tag },
        { "a ContentLength that is none", Encoded + Tag + "X-P2P-PeerDist: Version=1.1, ContentLength=-1\r\n" },
        { "two of them", Encoded + Tag + Parameters + "X-P2P-PeerDist: ContentLength=5\r\n" },
        { "that of something else", Encoded + Tag + "X-P2P-PeerDist: Version=1.1, ContentLength=299999\r\n" },
        { "no validator", Encoded + Parameters },
    };

    [Theory]
    [MemberData(nameof(UnusableAnswers))]
    public async Task Information_that_is_not_to_be_trusted_is_asked_for_again_without_the_coding(string fault, string headers)
    {
        Assert.NotEmpty(fault);
        await using ScriptedServer server = Serve(headers, Encoding.Latin1.GetString(Information));

        await AssertPlainAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no information")]
    [InlineData("\0\u0002\u0004")]
    public async Task Information_that_cannot_be_read_is_asked_for_again_without_the_coding(string body)
    {
        await using ScriptedServer server = Serve(Encoded + Tag + Parameters, body);

        await AssertPlainAsync(server);
    }

    [Fact]
    public async Task Information_that_ends_early_is_no_information()
    {
        string half = Encoding.Latin1.GetString(Information, 0, Information.Length / 2);
        await using ScriptedServer server = ScriptedServer.Start(exchange => exchange.SendAsync(
            IsPlain(exchange)
                ? $"HTTP/1.1 200 OK\r\n{Tag}Content-Length: {Plain.Length}\r\n\r\n{Plain}"
                : $"HTTP/1.1 200 OK\r\n{Encoded}{Tag}{Parameters}\r\n{half}"));

        await AssertPlainAsync(server);
    }

    [Fact]
    public async Task A_server_that_insists_is_of_no_use()
    {
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 200 OK\r\n{Encoded}{Tag}Content-Length: 3\r\n\r\nabc");
        using var servers = new ContentServerClient(TimeProvider.System);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default));

        Assert.Same(PeerErrors.ConnectionFailed, failure.Error);
        Assert.Equal(2, server.Requests.Count);
    }

    // What a proxy packed is not the content, and is not unpacked behind the back of whoever hashes it.
    [Fact]
    public async Task Other_codings_are_refused_and_never_undone()
    {
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n{Tag}Content-Length: 3\r\n\r\nabc");
        using var servers = new ContentServerClient(TimeProvider.System);

        PeerException plain = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default));
        PeerException missing = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetMissingAsync(server.Address, null, 0, new byte[3], default));

        Assert.Contains("'gzip'", plain.Message, StringComparison.Ordinal);
        Assert.Contains("'gzip'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_ranges_describes_everything_and_the_range_is_cut_out()
    {
        await using ScriptedServer server = Serve(Encoded + Tag + Parameters, Encoding.Latin1.GetString(Information));
        using var servers = new ContentServerClient(TimeProvider.System);

        using ContentServerAnswer answer = await servers.GetAsync(server.Address, null, 1000, 10, isHashRequest: false, default);
        PeerException beyond = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 300_000, null, isHashRequest: false, default));

        Assert.Equal((1000, 10), (answer.Information!.Offset, answer.Information.Length));
        Assert.Same(PeerErrors.ContentOutOfBounds, beyond.Error);
    }

    [Theory]
    [InlineData("bytes 0-9/300000")]
    [InlineData("bytes 6-15/300000")]
    [InlineData("bytes */300000")]
    [InlineData("lines 5-14/300000")]
    [InlineData(null)]
    public async Task Another_range_than_was_asked_for_is_refused(string? range)
    {
        string header = range is null ? "" : $"Content-Range: {range}\r\n";
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 206 Partial Content\r\n{Tag}{header}Content-Length: 10\r\n\r\n0123456789");
        using var servers = new ContentServerClient(TimeProvider.System);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 5, 10, isHashRequest: false, default));

        Assert.Contains("another range", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        await using ScriptedServer server = ScriptedServer.Saying($"HTTP/1.0 200 OK\r\n\r\n{Plain}");
        using var servers = new ContentServerClient(TimeProvider.System);
        byte[] missing = new byte[1000];

        await servers.GetMissingAsync(server.Address, null, 200_000, missing, default);

        Assert.Equal(Content.Bytes[200_000..201_000], missing);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n")]
    public async Task Bodies_end_by_their_length_or_with_the_connection(string head)
    {
        await using ScriptedServer server = ScriptedServer.Saying(head + Plain);

        await AssertPlainAsync(server, requests: 1);
    }

    [Fact]
    public async Task Bodies_come_in_chunks_too()
    {
        string chunks = string.Concat(Plain.Chunk(70_000).Select(
            chunk => $"{chunk.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{new string(chunk)}\r\n"));
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");

        await AssertPlainAsync(server, requests: 1);
    }

    [Theory]
    [InlineData(404, "PEER_E_NOT_FOUND")]
    [InlineData(410, "PEER_E_NOT_FOUND")]
    [InlineData(416, "PEERDIST_ERROR_OUT_OF_BOUNDS")]
    [InlineData(412, "PEERDIST_ERROR_INVALIDATED")]
    [InlineData(500, "PEER_E_CONNECTION_FAILED")]
    public async Task A_refusal_is_told_as_what_it_means(int status, string symbol)
    {
        await using ScriptedServer server = ScriptedServer.Saying($"HTTP/1.1 {status} Why\r\nContent-Length: 0\r\n\r\n");
        using var servers = new ContentServerClient(TimeProvider.System);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default));

        Assert.Equal(symbol, failure.Error.Symbol);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirections_are_followed_with_all_that_was_asked(int status)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 {status} There\r\nLocation: {rig.Uri}\r\nContent-Length: 0\r\n\r\n");
        using var servers = new ContentServerClient(TimeProvider.System);

        using ContentServerAnswer answer = await servers.GetAsync(server.Address, null, 10, 20, isHashRequest: false, default);

        Assert.Equal((10, 20), (answer.Information!.Offset, answer.Information.Length));
        Assert.Equal(rig.Uri, answer.Uri);
    }

    [Theory]
    [InlineData("/again", "more than 8 times")]
    [InlineData("file:///etc/passwd", "less secure")]
    [InlineData("ftp://example.invalid/", "less secure")]
    public async Task Redirections_end_and_lead_to_HTTP_only(string location, string reason)
    {
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 302 There\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        using var servers = new ContentServerClient(TimeProvider.System);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 1, 9);
    }

    [Fact]
    public async Task Information_without_an_end_is_bounded()
    {
        byte[] junk = new byte[1024 * 1024];
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            if (IsPlain(exchange))
            {
                await exchange.SendAsync($"HTTP/1.0 200 OK\r\n\r\n{Plain}");
                return;
            }

            await exchange.SendAsync($"HTTP/1.1 200 OK\r\n{Encoded}{Tag}{Parameters}Content-Length: {long.MaxValue}\r\n\r\n");
            await exchange.SendForEverAsync(junk);
        });

        await AssertPlainAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Slow: ")]
    public async Task A_server_that_does_not_answer_is_given_up(string begin)
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            await exchange.SendAsync(begin);
            asked.SetResult();
            await exchange.HangAsync();
        });
        using var servers = new ContentServerClient(time);

        Task<ContentServerAnswer> answer = servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Same(PeerErrors.Timeout, (await Assert.ThrowsAsync<PeerException>(() => answer)).Error);
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up()
    {
        var time = new FakeTimeProvider();
        using var drip = new SemaphoreSlim(0);
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\n{Tag}Content-Length: 100000\r\n\r\n");
            while (true)
            {
                await drip.WaitAsync(exchange.Stop);
                await exchange.SendAsync("x");
            }
        });
        using var servers = new ContentServerClient(time);
        using ContentServerAnswer answer =
            await servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default);
        Stream body = await answer.OpenAsync(default);

        Task reading = body.CopyToAsync(Stream.Null);
        while (!reading.IsCompleted)
        {
            drip.Release();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => reading);
        Assert.Same(PeerErrors.Timeout, failure.Error);
        Assert.Contains("too slowly", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_is_obeyed_at_once()
    {
        using var stop = new CancellationTokenSource();
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\n{Tag}Content-Length: 100000\r\n\r\n");
            await stop.CancelAsync();
            await exchange.HangAsync();
        });
        using var servers = new ContentServerClient(TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => servers.GetMissingAsync(server.Address, null, 0, new byte[100_000], stop.Token));
    }

    private static bool IsPlain(ScriptedServer.Exchange exchange) =>
        exchange.Head.Contains("Accept-Encoding: identity", StringComparison.Ordinal);

    // Encoded for whoever asks so, and plain for anybody else.
    private static ScriptedServer Serve(string headers, string body) => ScriptedServer.Start(exchange => exchange.SendAsync(
        IsPlain(exchange)
            ? $"HTTP/1.1 200 OK\r\n{Tag}Content-Length: {Plain.Length}\r\n\r\n{Plain}"
            : $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}"));

    private static async Task AssertPlainAsync(ScriptedServer server, int requests = 2)
    {
        using var servers = new ContentServerClient(TimeProvider.System);
        using ContentServerAnswer answer =
            await servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default);
        using var body = new MemoryStream();
        await (await answer.OpenAsync(default)).CopyToAsync(body);

        Assert.Null(answer.Information);
        Assert.Equal(Content.Bytes, body.ToArray());
        Assert.Equal(requests, server.Requests.Count);
    }
}

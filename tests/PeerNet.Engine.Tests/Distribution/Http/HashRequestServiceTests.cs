using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>Hash requests (MS-PCCRTP 3.1.5.1), to servers that become ready, never do, or send what is of no use.</summary>
public sealed class HashRequestServiceTests : IDisposable
{
    private const int TakenIn = 3505;
    private const int NotTakenIn = 3506;
    private const int Failed = 3507;
    private const string NotYet =
        "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nX-P2P-PeerDist: Version=1.1\r\nX-P2P-PeerDistEx: MakeHashRequest=true\r\n"
        + "Content-Length: 300000\r\n\r\nthe beginning";

    private const string Never = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 300000\r\n\r\nthe beginning";

    private static readonly TestContent Content = TestContent.V2(3, 300_000, 128 * 1024);

    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLoggerFactory _log = new();
    private readonly ConcurrentQueue<(PlainContent Content, PeerContentInformation Information)> _taken = [];

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_server_is_asked_until_it_has_hashed()
    {
        await using ScriptedServer server = Serve(request => request < 4 ? NotYet : Describe());
        using var servers = new ContentServerClient(_time);
        await using HashRequestService requests = Create(servers);

        requests.Add(CreateContent(server));
        for (int i = 1; i <= 3; i++)
        {
            var delay = TimeSpan.FromSeconds(1 << (i - 1));
            await WaitAsync(() => server.Requests.Count == i && _time.UntilNext == delay);
            Assert.Empty(_taken);
            _time.Advance(delay);
        }

        await WaitForAsync(TakenIn);
        (PlainContent content, PeerContentInformation information) = Assert.Single(_taken);
        Assert.Equal(CreateContent(server), content);
        Assert.Equal(Content.Segments.Select(segment => segment.Id), information.Segments.Select(segment => segment.Id));
        Assert.Equal(4, server.Requests.Count);
        Assert.All(server.Requests, head => Assert.Contains(
            "\r\nX-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0, HashRequest=true\r\n",
            head,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_never_ready_is_given_up()
    {
        await using ScriptedServer server = Serve(_ => NotYet);
        using var servers = new ContentServerClient(_time);
        await using HashRequestService requests = Create(servers, new() { Delay = TimeSpan.Zero });

        requests.Add(CreateContent(server));

        await WaitForAsync(NotTakenIn);
        Assert.Equal(8, server.Requests.Count);
        Assert.Empty(_taken);
    }

    [Theory]
    [InlineData(Never)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: peerdist\r\nETag: \"1\"\r\nX-P2P-PeerDist: Version=1.1, ContentLength=300000\r\nContent-Length: 4\r\n\r\nnone")]
    [InlineData("HTTP/1.1 200 OK\r\nX")]
    [InlineData("")]
    public async Task A_server_without_information_is_asked_once(string answer)
    {
        await using ScriptedServer server = Serve(_ => answer);
        using var servers = new ContentServerClient(_time);
        await using HashRequestService requests = Create(servers);

        requests.Add(CreateContent(server));

        await WaitForAsync(NotTakenIn);
        Assert.All(server.Requests, head => Assert.Contains("HashRequest=true", head, StringComparison.Ordinal));
        Assert.Empty(_taken);
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up()
    {
        await using ScriptedServer server = Serve(_ => Describe());
        using var servers = new ContentServerClient(_time);
        var begun = new TaskCompletionSource();
        await using var requests = new HashRequestService(
            servers,
            async (_, _, cancellationToken) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return new(0, 0, 0);
            },
            new(),
            _time,
            _log.CreateLogger<HashRequestService>());

        requests.Add(CreateContent(server));
        await begun.Task;
        _time.Advance(TimeSpan.FromMinutes(10));

        await WaitForAsync(NotTakenIn);
    }

    [Fact]
    public async Task More_than_fit_are_left_out_and_the_rest_ends_with_the_service()
    {
        await using ScriptedServer server = ScriptedServer.Start(exchange => exchange.HangAsync());
        using var servers = new ContentServerClient(_time);
        HashRequestService requests = Create(servers, new() { MaximumPending = 5, Workers = 2 });

        for (int i = 0; i < 1000; i++)
        {
            requests.Add(CreateContent(server));
        }

        await WaitAsync(() => server.Requests.Count == 2);
        await requests.DisposeAsync();
        requests.Add(CreateContent(server));

        Assert.InRange(_log.Messages.Count(message => message.Id.Id == NotTakenIn), 993, 995);
        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(_taken);
    }

    [Fact]
    public async Task A_failure_to_take_one_in_does_not_keep_the_next_out()
    {
        await using ScriptedServer server = Serve(_ => Describe());
        using var servers = new ContentServerClient(_time);
        await using var requests = new HashRequestService(
            servers,
            (content, _, _) => throw new InvalidOperationException(content.Path),
            new() { Workers = 1 },
            _time,
            _log.CreateLogger<HashRequestService>());

        requests.Add(CreateContent(server));
        requests.Add(CreateContent(server));

        await WaitAsync(() => _log.Messages.Count(message => message.Id.Id == Failed) == 2);
    }

    private static PlainContent CreateContent(ScriptedServer server) => new(server.Address, null, 0, null, "file", default);

    private static ScriptedServer Serve(Func<int, string> answer)
    {
        int requests = 0;
        return ScriptedServer.Start(exchange => exchange.SendAsync(answer(Interlocked.Increment(ref requests))));
    }

    private static string Describe()
    {
        byte[] body = ContentInformationCodec.Write(Content.Information);
        return "HTTP/1.1 200 OK\r\nContent-Encoding: peerdist\r\nETag: \"1\"\r\n"
            + $"X-P2P-PeerDist: Version=1.1, ContentLength={Content.Bytes.Length}\r\nContent-Length: {body.Length}\r\n\r\n"
            + Encoding.Latin1.GetString(body);
    }

    private HashRequestService Create(ContentServerClient servers, HashRequestOptions? options = null) => new(
        servers,
        (content, information, _) =>
        {
            _taken.Enqueue((content, information));
            return Task.FromResult(new PeerCacheImportResult(1, 1, 0));
        },
        options ?? new(),
        _time,
        _log.CreateLogger<HashRequestService>());

    private Task WaitForAsync(int message) => WaitAsync(() => _log.Messages.Any(logged => logged.Id.Id == message));

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}

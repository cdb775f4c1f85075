using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node.Monitoring;

namespace PeerNet.Engine.Tests.Node.Monitoring;

public sealed class MetricsServerTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private string _prefix = "";
    private MetricsServer _server = null!;

    public async Task InitializeAsync()
    {
        // A port that was free a moment ago may be taken again.
        while (_server is null)
        {
            using (var socket = new TcpListener(IPAddress.Loopback, 0))
            {
                socket.Start();
                _prefix = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/of/node/";
            }

            try
            {
                _server = await StartAsync(_prefix);
            }
            catch (PeerException taken) when (taken.Error == PeerErrors.UnableToListen)
            {
            }
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task The_page_is_below_the_prefix()
    {
        HttpResponseMessage answer = await _client.GetAsync(new Uri(_prefix + "metrics"));

        Assert.Equal("peernet 1\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Null(_server.OpenPort);
    }

    [Theory]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("GET", "metrics/more", HttpStatusCode.NotFound)]
    [InlineData("POST", "metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "metrics", HttpStatusCode.OK)]
    public async Task Nothing_else_is_there(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), _prefix + path);
        HttpResponseMessage answer = await _client.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("attacker.example", HttpStatusCode.MisdirectedRequest)]
    public async Task A_name_that_somebody_has_pointed_here_is_not_answered(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _prefix + "metrics") { Headers = { Host = host } };

        Assert.Equal(expected, (await _client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        PeerException error = await Assert.ThrowsAsync<PeerException>(() => StartAsync(_prefix));

        Assert.Equal(PeerErrors.UnableToListen, error.Error);
    }

    [Theory]
    [InlineData("https://127.0.0.1:9464/")]
    [InlineData("127.0.0.1:9464")]
    public async Task What_is_no_prefix_is_refused(string prefix) => Assert.Equal(
        PeerErrors.InvalidArgument, (await Assert.ThrowsAsync<PeerException>(() => StartAsync(prefix))).Error);

    private static Task<MetricsServer> StartAsync(string prefix) =>
        MetricsServer.StartAsync(prefix, () => "peernet 1\n", TimeProvider.System, NullLoggerFactory.Instance, default);
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>Content without information: what a server that breaks off has sent is kept, and gone on with.</summary>
public sealed class PlainDownloadTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Content = "0123456789abcdefghij";

    private readonly DistributionNodes _nodes = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 20\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n14\r\n")]
    public async Task A_server_that_hangs_up_is_a_connection_that_failed(string end)
    {
        await using ScriptedServer server = ScriptedServer.Saying("HTTP/1.1 200 OK\r\n" + end + Content[..8]);
        PeerNode node = await _nodes.StartAsync();

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => ReceiveAsync(node, server.Address));

        Assert.Same(PeerErrors.ConnectionFailed, failure.Error);
        Assert.Contains(server.Address.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("8", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_nodes.Combine("file")));
    }

    [Fact]
    public async Task What_a_strong_tag_vouches_for_is_gone_on_with()
    {
        await using ScriptedServer server = ScriptedServer.Start(exchange => exchange.SendAsync(
            exchange.Head.Contains("Range: bytes=8-", StringComparison.Ordinal)
                ? "HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\nContent-Range: bytes 8-19/20\r\nContent-Length: 12\r\n\r\n" + Content[8..]
                : "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 20\r\n\r\n" + Content[..8]));
        PeerNode node = await _nodes.StartAsync();

        PeerContentReceipt receipt = await ReceiveAsync(node, server.Address);

        Assert.Equal(Content, File.ReadAllText(_nodes.Combine("file")));
        Assert.Equal((20, 20), (receipt.Length, receipt.BytesFromSource));
        Assert.Contains("If-Range: \"1\"", server.Requests.Last(), StringComparison.Ordinal);
    }

    // The half of one edition and the half of another are neither.
    [Fact]
    public async Task Content_that_has_changed_meanwhile_is_begun_again()
    {
        int answers = 0;
        await using ScriptedServer server = ScriptedServer.Start(exchange => exchange.SendAsync(
            Interlocked.Increment(ref answers) == 1
                ? "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 20\r\n\r\n" + Content[..8]
                : "HTTP/1.1 200 OK\r\nETag: \"2\"\r\nContent-Length: 5\r\n\r\nother"));
        PeerNode node = await _nodes.StartAsync();

        PeerContentReceipt receipt = await ReceiveAsync(node, server.Address);

        Assert.Equal("other", File.ReadAllText(_nodes.Combine("file")));
        Assert.Equal(5, receipt.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ETag: W/\"1\"\r\n")]
    public async Task Without_a_strong_tag_there_is_no_going_on(string validator)
    {
        await using ScriptedServer server = ScriptedServer.Saying(
            $"HTTP/1.1 200 OK\r\n{validator}Content-Length: 20\r\n\r\n" + Content[..8]);
        PeerNode node = await _nodes.StartAsync();

        await Assert.ThrowsAsync<PeerException>(() => ReceiveAsync(node, server.Address));

        Assert.DoesNotContain(server.Requests, head => head.Contains("Range:", StringComparison.Ordinal));
        Assert.Equal(["node"], Directory.EnumerateFileSystemEntries(_nodes.Location).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        int answers = 0;
        await using ScriptedServer server = ScriptedServer.Start(exchange => exchange.SendAsync(
            Interlocked.Increment(ref answers) == 1
                ? "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + Content));
        PeerNode node = await _nodes.StartAsync();

        await ReceiveAsync(node, server.Address);

        Assert.Equal(Content, File.ReadAllText(_nodes.Combine("file")));
    }

    [Fact]
    public async Task The_next_download_goes_on_where_one_that_failed_has_ended()
    {
        bool isUp = false;
        await using ScriptedServer server = ScriptedServer.Start(exchange => exchange.SendAsync((isUp, exchange.Head) switch
        {
            (false, _) when exchange.Head.Contains("Range:", StringComparison.Ordinal) => "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
            (false, _) => "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 20\r\n\r\n" + Content[..8],
            _ when exchange.Head.Contains("Range: bytes=8-", StringComparison.Ordinal) =>
                "HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\nContent-Range: bytes 8-19/20\r\nContent-Length: 12\r\n\r\n" + Content[8..],
            _ => "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 20\r\n\r\n" + Content,
        }));
        PeerNode node = await _nodes.StartAsync();
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => ReceiveAsync(node, server.Address));
        Assert.Contains("8 of 20 bytes", failure.Message, StringComparison.Ordinal);

        isUp = true;
        PeerContentReceipt receipt = await ReceiveAsync(node, server.Address);

        Assert.Equal(Content, File.ReadAllText(_nodes.Combine("file")));
        Assert.Equal((20, 12), (receipt.Length, receipt.BytesFromSource));
        Assert.Equal(["file", "node"], Directory.EnumerateFileSystemEntries(_nodes.Location).Select(Path.GetFileName).Order());
    }

    private Task<PeerContentReceipt> ReceiveAsync(PeerNode node, Uri uri) =>
        node.Distribution.ReceiveAsync(new() { Uri = uri, Path = _nodes.Combine("file") }, null, default);
}

using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Node;

namespace PeerNet.Engine.Tests.Distribution.Publishing;

/// <summary>A node that starts again serves what it served before, without being asked; a fresh one opens nothing.</summary>
public sealed class ResumedNodeTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly DistributionNodes _nodes = new();
    private readonly int _port = DistributionNodes.FindFreePort();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task It_serves_what_it_has_published()
    {
        PeerNode before = await _nodes.StartAsync();
        await DistributionNodes.PublishAsync(before, _nodes.Write("file", "content"), $"http://127.0.0.1:{_port}/");
        await before.StopAsync(farewell: true, default);

        await _nodes.StartAsync();

        Assert.Equal("content", (await _nodes.GetAsync($"http://127.0.0.1:{_port}/file")).Body);
    }

    [Fact]
    public async Task It_is_the_hosted_cache_that_it_was()
    {
        PeerNode before = await _nodes.StartAsync();
        await before.Distribution.ConfigureAsync(new() { Mode = PeerDistributionMode.HostedServer }, default);
        await before.StopAsync(farewell: true, default);

        PeerNode node = await _nodes.StartAsync();

        Assert.True(await DistributionNodes.ListensAsync(IPAddress.Loopback, node.GetStatus().Ports["Retrieval"]));
    }

    [Fact]
    public async Task It_serves_peers_from_a_cache_that_has_something()
    {
        PeerNode before = await _nodes.StartAsync();
        await before.Distribution.PublishAsync(
            new() { ContentId = "file", Path = _nodes.Write("file", "content"), AddToCache = true }, null, default);
        await before.StopAsync(farewell: true, default);

        PeerNode node = await _nodes.StartAsync();

        Assert.True(await DistributionNodes.ListensAsync(IPAddress.Loopback, node.GetStatus().Ports["Retrieval"]));
    }

    [Fact]
    public async Task A_fresh_node_opens_nothing()
    {
        PeerNode node = await _nodes.StartAsync();

        Assert.Empty(node.GetStatus().Ports);
        PeerDistributionStatus status = await node.Distribution.GetStatusAsync(default);
        Assert.Equal(0, status.Network!.RetrievalPort);
        Assert.Empty(node.GetStatus().Ports);
    }

    [Theory]
    [InlineData(PeerDistributionMode.Local)]
    [InlineData(PeerDistributionMode.Disabled)]
    [InlineData(PeerDistributionMode.Distributed)]
    public async Task A_node_that_has_nothing_to_serve_opens_nothing(PeerDistributionMode mode)
    {
        PeerNode before = await _nodes.StartAsync();
        await before.Distribution.ConfigureAsync(new() { Mode = mode }, default);
        await before.Distribution.PublishAsync(
            new() { ContentId = "file", Path = _nodes.Write("file", "content") }, null, default);
        await before.StopAsync(farewell: true, default);

        Assert.Empty((await _nodes.StartAsync()).GetStatus().Ports);
    }

    // What else the node does must not depend on a port that somebody has taken meanwhile.
    [Fact]
    public async Task It_starts_where_a_port_is_taken_and_says_so()
    {
        PeerNode before = await _nodes.StartAsync();
        await DistributionNodes.PublishAsync(before, _nodes.Write("file", "content"), $"http://127.0.0.1:{_port}/");
        await before.StopAsync(farewell: true, default);
        using Socket other = DistributionNodes.Hold(_port);

        PeerNode node = await _nodes.StartAsync();
        PeerDistributionStatus status = await node.Distribution.GetStatusAsync(default);

        Assert.Empty(status.ContentServer!.Prefixes);
        Assert.Contains($"{_port}", status.Reason, StringComparison.Ordinal);
    }
}

using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;

namespace PeerNet.Engine.Tests.Distribution.Publishing;

/// <summary>Content belongs to the host and the port and the path that it was published to, and to nothing else.</summary>
public sealed class PublishedAddressTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly DistributionNodes _nodes = new();
    private readonly int _port = DistributionNodes.FindFreePort();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task What_is_published_to_one_address_is_not_served_at_another()
    {
        PeerNode node = await _nodes.StartAsync();
        await DistributionNodes.PublishAsync(node, _nodes.Write("secret", "for this machine"), $"http://127.0.0.1:{_port}/private/");
        await DistributionNodes.PublishAsync(node, _nodes.Write("notice", "for all"), $"http://[::1]:{_port}/public/");

        Assert.Equal("for this machine", (await _nodes.GetAsync($"http://127.0.0.1:{_port}/private/secret")).Body);
        Assert.Equal("for all", (await _nodes.GetAsync($"http://[::1]:{_port}/public/notice")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await _nodes.GetAsync($"http://[::1]:{_port}/private/secret")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _nodes.GetAsync($"http://127.0.0.1:{_port}/public/notice")).Status);
    }

    // The socket of every address is one more way to reach this machine's own.
    [Fact]
    public async Task What_is_published_to_one_address_stays_there_beside_what_is_published_to_all()
    {
        PeerNode node = await _nodes.StartAsync();
        await DistributionNodes.PublishAsync(node, _nodes.Write("notice", "for all"), $"http://+:{_port}/");
        await DistributionNodes.PublishAsync(node, _nodes.Write("secret", "for this machine"), $"http://127.0.0.1:{_port}/");

        Assert.Equal("for this machine", (await _nodes.GetAsync($"http://127.0.0.1:{_port}/secret")).Body);
        Assert.Equal("for all", (await _nodes.GetAsync($"http://127.0.0.1:{_port}/notice")).Body);
        Assert.Equal("for all", (await _nodes.GetAsync($"http://[::1]:{_port}/notice")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await _nodes.GetAsync($"http://[::1]:{_port}/secret")).Status);
    }

    [Fact]
    public async Task Two_names_of_one_address_share_its_port()
    {
        PeerNode node = await _nodes.StartAsync();
        await DistributionNodes.PublishAsync(node, _nodes.Write("first", "one"), $"http://127.0.0.1:{_port}/");
        await DistributionNodes.PublishAsync(node, _nodes.Write("second", "two"), $"http://localhost:{_port}/");

        Assert.Equal("one", (await _nodes.GetAsync($"http://127.0.0.1:{_port}/first")).Body);
        Assert.Equal("two", (await _nodes.GetAsync($"http://localhost:{_port}/second")).Body);
    }

    [Fact]
    public async Task A_port_is_open_for_as_long_as_something_is_published_there()
    {
        PeerNode node = await _nodes.StartAsync();
        string prefix = $"http://127.0.0.1:{_port}/";
        await DistributionNodes.PublishAsync(node, _nodes.Write("first", "one"), prefix);
        await DistributionNodes.PublishAsync(node, _nodes.Write("second", "two"), prefix + "below/");
        await DistributionNodes.PublishAsync(node, _nodes.Write("second", "more"), prefix, replace: true);
        await Assert.ThrowsAsync<PeerException>(
            () => DistributionNodes.PublishAsync(node, _nodes.Combine("missing"), prefix));

        await node.Distribution.UnpublishAsync("first", default);
        Assert.Equal("more", (await _nodes.GetAsync(prefix + "second")).Body);
        await node.Distribution.UnpublishAsync("second", default);
        Assert.False(await DistributionNodes.ListensAsync(IPAddress.Loopback, _port));
    }
}

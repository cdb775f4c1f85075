using System.Net;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.NameService;

/// <summary>The service of whole nodes.</summary>
public sealed class NameServerNodeTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestNetwork _network = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task A_name_of_another_node_is_found_by_its_host_name_and_one_of_nobody_is_denied()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName name = TestNetwork.NewName(publisher, "web");
        await TestNetwork.RegisterAsync(publisher, name, request => request with { Comment = "Wiki" });
        IPEndPoint at = await EnableAsync(resolver);
        string host = name.ToHostName();
        Assert.Equal("A 127.0.0.1", await AskAsync(at, host, DnsType.A));
        Assert.Equal("Txt \"verified\" \"Wiki\"", await AskAsync(at, host, DnsType.Txt));
        Assert.Equal($"Srv 0 0 8080 {host}.", await AskAsync(at, $"_http._tcp.{host}", DnsType.Srv));
        Assert.Equal(DnsCode.NameError, (await DnsClient.AskAsync(at, "nobody.pnrp.net", DnsType.A)).Code);
    }

    [Fact]
    public async Task A_name_of_the_node_itself_is_found_though_nobody_else_is_there()
    {
        PeerNode node = await _network.StartAsync("alone");
        await TestNetwork.RegisterAsync(node, TestNetwork.Name("0.web"));
        Assert.Equal("A 127.0.0.1", await AskAsync(await EnableAsync(node), "web.pnrp.net", DnsType.A));
    }

    [Fact]
    public async Task A_node_shows_its_name_service_and_ends_it_with_itself()
    {
        PeerNode node = await _network.StartAsync("node");
        Assert.DoesNotContain("NameService", node.GetStatus().Components);
        IPEndPoint at = await EnableAsync(node);
        Assert.Contains("NameService", node.GetStatus().Components);
        Assert.Equal(at.Port, node.GetStatus().Ports["NameService"]);
        await node.StopAsync(farewell: false, default);
        Assert.DoesNotContain("NameService", node.GetStatus().Components);
        using var again = new System.Net.Sockets.UdpClient(at);
        Assert.False((await node.NameServer.GetStatusAsync()).IsEnabled);
    }

    // What the one record of an answer says, whatever of its time is left.
    private static async Task<string> AskAsync(IPEndPoint at, string name, DnsType type) =>
        Assert.Single((await DnsClient.AskAsync(at, name, type)).Answers).Split(' ', 3)[2];

    private static async Task<IPEndPoint> EnableAsync(PeerNode node)
    {
        PeerNameService service = await node.NameServer.EnableAsync(new() { Port = 0 }, default);
        return new(service.Addresses[0], service.Port);
    }
}

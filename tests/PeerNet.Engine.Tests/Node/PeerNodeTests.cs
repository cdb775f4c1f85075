using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node;

public sealed class PeerNodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PeerNodeOptions Options => new() { StatePath = _folder.Location };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_starts_without_a_socket_and_stops()
    {
        await using PeerNode node = await PeerNode.StartAsync(Options, null, default);
        PeerNodeStatus running = node.GetStatus();

        await node.StopAsync(farewell: true, default);

        Assert.Equal(PeerNodeState.Running, running.State);
        Assert.Empty(running.Components);
        Assert.Empty(running.Ports);
        Assert.Equal(_folder.Location, running.StorePath);
        Assert.Equal(new Version(5, 0), running.Versions["Pnrp"]);
        Assert.Equal(PeerNodeState.Stopped, node.GetStatus().State);
    }

    [UnixFact]
    public async Task A_node_whose_folder_was_deleted_ends_all_the_same()
    {
        await using PeerNode node = await PeerNode.StartAsync(Options with { ListenAddresses = [IPAddress.Loopback] }, null, default);
        node.OpenChannel(_ => Task.CompletedTask);
        PeerIdentity identity = node.Identities.Create("Alice", null, null, makeDefault: true, password: []);
        await node.Graphs.CreateAsync(new() { GraphId = "lab", PeerId = identity.PeerName.Value }, default);
        await node.StartPnrpAsync(default);
        await node.StartDistributionAsync(default);
        Directory.Delete(_folder.Location, recursive: true);

        Assert.DoesNotContain(await node.Graphs.ListAsync(includeClosed: true, default), graph => graph.DatabaseName.Length == 0);
        await node.StopAsync(farewell: true, default);

        Assert.Equal(PeerNodeState.Stopped, node.GetStatus().State);
        Assert.All(node.TakeWarnings(), warning => Assert.Contains("could not be kept", warning, StringComparison.Ordinal));
        Directory.CreateDirectory(_folder.Location);
    }

    [Fact]
    public async Task Everything_wrong_with_the_options_is_said_at_once()
    {
        PeerNodeOptions options = Options with
        {
            Name = "no/name",
            PnrpPort = 80,
            RetrievalPort = 70_001,
            DiscoveryPort = -4,
            Suite = (PeerSuite)7,
            ListenAddresses = [IPAddress.Parse("ff02::1")],
            Seeds = ["host:99999"],
        };

        PeerException error = await Assert.ThrowsAsync<PeerException>(() => PeerNode.StartAsync(options, null, default));

        Assert.Equal(PeerErrors.InvalidArgument, error.Error);
        Assert.All(["no/name", "80", "70001", "-4", "7", "ff02::1", "host:99999"], part => Assert.Contains(part, error.Message));
    }

    [Fact]
    public async Task A_state_folder_belongs_to_one_node_at_a_time()
    {
        await using PeerNode first = await PeerNode.StartAsync(Options, null, default);

        await Assert.ThrowsAsync<PeerException>(() => PeerNode.StartAsync(Options, null, default));

        await first.StopAsync(farewell: false, default);
        await using PeerNode second = await PeerNode.StartAsync(Options, null, default);
        Assert.Equal(PeerNodeState.Running, second.State);
    }
}

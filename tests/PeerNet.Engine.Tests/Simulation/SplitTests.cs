using PeerNet.Engine.Pnrp;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation;

public sealed class SplitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(21)]
    public void Two_halves_become_one_cloud_within_five_minutes_of_reaching_a_seed(ulong seed)
    {
        using var network = new SimulatedNetwork(seed);
        CloudFigures.Populate(network, 100, TimeSpan.FromMinutes(2), seeds: 1);
        network.RunFor(TimeSpan.FromMinutes(5));
        foreach (SimulatedNode node in network.Nodes)
        {
            node.Side = node.Index % 2;
        }

        network.IsPartitioned = true;
        network.RunFor(TimeSpan.FromMinutes(10));
        Assert.Equal(0, CountFoundAcross(network));

        network.IsPartitioned = false;
        network.RunFor(TimeSpan.FromMinutes(5));
        int found = CountFoundAcross(network);
        output.WriteLine($"seed {seed}: {found} of {network.Nodes.Count} found from the other half");
        Assert.Equal(network.Nodes.Count, found);
    }

    [Fact]
    public void Nodes_that_paired_off_on_a_link_without_seeds_become_one_cloud()
    {
        using var network = new SimulatedNetwork(seed: 31) { HasMulticast = true, IsPartitioned = true };
        for (int i = 0; i < 8; i++)
        {
            SimulatedNode node = network.AddNode();
            node.Side = i % 2;
            node.Name = network.NewName($"0.node-{i}");
            network.Do(node, machine => machine.Register(network.Now, node.Name));
        }

        network.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(0, CountFoundAcross(network));

        network.IsPartitioned = false;
        network.RunFor(TimeSpan.FromMinutes(3));
        Assert.Equal(network.Nodes.Count, CountFoundAcross(network));
    }

    [Fact]
    public void Every_registration_of_a_shared_name_is_found()
    {
        using var network = new SimulatedNetwork(seed: 41, NetworkConditions.Perfect);
        CloudFigures.Populate(network, 40, TimeSpan.FromMinutes(1), seeds: 1);
        List<LocalName> shared = [];
        for (int i = 0; i < 25; i++)
        {
            LocalName name = network.NewName("0.shared");
            shared.Add(name);
            network.Do(network.Nodes[i], machine => machine.Register(network.Now, name));
            network.RunFor(TimeSpan.FromSeconds(2));
        }

        network.RunFor(TimeSpan.FromMinutes(2));
        SimulatedResolve resolve = network.Resolve(
            network.Nodes[39], new ResolveTarget { Id = shared[0].Id, MaxResults = 500 });
        network.RunFor(TimeSpan.FromSeconds(30));

        Assert.True(resolve.IsOver);
        Assert.Equal(shared.Select(name => name.Id).Order(), resolve.Found.Select(name => name.Id).Order());
    }

    /// <summary>How many names a node of the other half can resolve.</summary>
    private static int CountFoundAcross(SimulatedNetwork network)
    {
        List<SimulatedResolve> resolves = [];
        foreach (SimulatedNode node in network.Nodes)
        {
            resolves.Add(network.Resolve(network.Nodes[(node.Index + 7) % network.Nodes.Count], node));
        }

        network.RunFor(TimeSpan.FromSeconds(40));
        return resolves.Count(resolve => resolve.Found.Count > 0);
    }
}

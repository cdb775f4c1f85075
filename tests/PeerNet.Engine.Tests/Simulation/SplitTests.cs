using PeerNet.Engine.Pnrp.Protocol;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation;

public sealed class SplitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(21)]
    public void Two_halves_become_one_cloud_within_five_minutes_of_reaching_a_seed(ulong seed)
    {
        SplitFigures figures = SplitFigures.Measure(nodes: 100, seed);
        output.WriteLine(figures.ToString());

        Assert.True(figures.IsKept, figures.ToString());
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
            node.Do(machine => machine.Register(node.Now, node.Name));
        }

        network.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(0, SplitFigures.CountFoundAcross(network));

        network.IsPartitioned = false;
        network.RunFor(TimeSpan.FromMinutes(3));
        Assert.Equal(network.Nodes.Count, SplitFigures.CountFoundAcross(network));
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
            network.Nodes[i].Do(machine => machine.Register(network.Nodes[i].Now, name));
            network.RunFor(TimeSpan.FromSeconds(2));
        }

        network.RunFor(TimeSpan.FromMinutes(2));
        SimulatedResolve resolve = network.Resolve(
            network.Nodes[39], new ResolveTarget { Id = shared[0].Id, MaxResults = 500 });
        network.RunFor(TimeSpan.FromSeconds(30));

        Assert.True(resolve.IsOver);
        Assert.Equal(shared.Select(name => name.Id).Order(), resolve.Found.Select(name => name.Id).Order());
    }
}

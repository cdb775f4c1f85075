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

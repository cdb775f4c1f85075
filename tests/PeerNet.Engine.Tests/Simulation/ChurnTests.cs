using PeerNet.Engine.Core;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation;

public sealed class ChurnTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(11)]
    public void Names_are_found_while_a_tenth_of_the_nodes_is_replaced_each_minute(ulong seed)
    {
        using var network = new SimulatedNetwork(seed);
        CloudFigures.Populate(network, 100, TimeSpan.FromMinutes(2));
        network.RunFor(TimeSpan.FromMinutes(3));

        List<SimulatedResolve> resolves = [];
        for (int i = 0; i < 100; i++)
        {
            SimulatedNode[] replaceable = [.. network.Living.Skip(network.Seeds.Count)];
            SimulatedNetwork.Crash(replaceable[network.Random.Next(replaceable.Length)]);
            network.AddNamedNode();
            resolves.AddRange(CloudFigures.ResolveAtRandom(network, 5, TimeSpan.FromSeconds(6)));
        }

        network.RunFor(TimeSpan.FromSeconds(40));
        SimulatedResolve[] fair = [.. resolves.Where(resolve => resolve.IsFair)];
        int found = fair.Count(resolve => resolve.Found.Count > 0);
        output.WriteLine($"seed {seed}: {found} of {fair.Length} found");
        Assert.True(found >= 0.99 * fair.Length, $"seed {seed}: {found} of {fair.Length} found");
    }
}

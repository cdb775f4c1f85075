using PeerNet.Engine.Tests.Support;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation;

[Collection(MeasuredAlone.Name)]
public sealed class CloudSimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(100, 300, 1)]
    [InlineData(1000, 1000, 2)]
    public void A_cloud_keeps_its_promises_for_an_hour(int nodes, int resolves, ulong seed)
    {
        CloudFigures figures = CloudFigures.Measure(nodes, resolves, seed);
        output.WriteLine(figures.ToString());

        Assert.True(figures.IsKept, figures.ToString());
    }

    [Theory]
    [InlineData(2, 11)]
    [InlineData(40, 12)]
    public void Machines_that_have_one_address_in_common_find_all_names_of_each_other(int nodes, ulong seed)
    {
        output.WriteLine($"seed {seed}");
        using var network = new SimulatedNetwork(seed) { HasMulticast = true, HasEqualAddresses = true };
        for (int i = 0; i < nodes; i++)
        {
            network.AddNamedNode();
            network.RunFor(TimeSpan.FromSeconds(5));
        }

        network.RunFor(TimeSpan.FromMinutes(2));
        SimulatedResolve[] resolves =
        [
            .. from seeker in network.Nodes
               from asked in network.Nodes
               where seeker != asked
               select network.Resolve(seeker, asked),
        ];
        network.RunFor(TimeSpan.FromMinutes(1));

        Assert.All(resolves, resolve => Assert.NotEmpty(resolve.Found));
    }
}

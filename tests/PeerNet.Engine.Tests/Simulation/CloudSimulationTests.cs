using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation;

public sealed class CloudSimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void A_hundred_nodes_find_each_other()
    {
        CloudFigures figures = CloudFigures.Measure(nodes: 100, resolves: 300, seed: 1);
        output.WriteLine(figures.ToString());
        Assert.Equal(figures.Resolves, figures.Found);
        Assert.True(figures.MeanLookups <= figures.LookupLimit, figures.ToString());
    }
}

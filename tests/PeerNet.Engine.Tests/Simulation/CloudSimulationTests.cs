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

        Assert.True(figures.FoundShare >= 0.999, figures.ToString());
        Assert.True(figures.MeanLookups <= figures.LookupLimit, figures.ToString());
        Assert.True(figures.BytesPerNode <= 64 * 1024, figures.ToString());
        Assert.True(figures.MessagesPerNodeMinute <= 60, figures.ToString());
    }
}

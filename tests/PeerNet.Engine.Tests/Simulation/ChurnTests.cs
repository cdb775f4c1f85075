using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation;

public sealed class ChurnTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(11)]
    public void Names_are_found_while_a_tenth_of_the_nodes_is_replaced_each_minute(ulong seed)
    {
        ChurnFigures figures = ChurnFigures.Measure(nodes: 100, resolves: 500, seed);
        output.WriteLine(figures.ToString());

        Assert.True(figures.IsKept, figures.ToString());
    }
}

using PeerNet.Engine.Tests.Support;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>The long figure.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class ContentFiguresTests(ITestOutputHelper output)
{
    [Fact]
    public void A_thousand_clients_of_a_link_end_with_the_right_bytes()
    {
        ContentFigures figures = ContentFigures.Measure(
            ContentScenario.Get("crowd", 1_000) with { Arrival = TimeSpan.FromSeconds(60) }, seed: 1);
        output.WriteLine(figures.ToString());
        Assert.True(figures.IsWhole, figures.ToString());
    }
}

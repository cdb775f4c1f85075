using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>Content among many clients of a link: whatever goes wrong among them, everyone ends with the right bytes.</summary>
public sealed class ContentSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<string, int> Scenarios { get; } = new()
    {
        { "crowd", 10 },
        { "crowd", 100 },
        { "crowd", 300 },
        { "at once", 50 },
        { "loss", 100 },
        { "liars", 100 },
        { "slow", 100 },
        { "churn", 100 },
        { "hosted", 100 },
        { "hosted restarts", 100 },
        { "everything", 100 },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Everyone_ends_with_the_right_bytes(string name, int clients)
    {
        ContentFigures figures = ContentFigures.Measure(ContentScenario.Get(name, clients), seed: 1);
        output.WriteLine($"{name}: {figures}");
        Assert.True(figures.IsWhole, $"{name}: {figures}");
    }

    [Fact]
    public void The_origin_sends_less_for_each_the_more_there_are()
    {
        ContentFigures few = ContentFigures.Measure(ContentScenario.Get("crowd", 10), 7);
        ContentFigures many = ContentFigures.Measure(ContentScenario.Get("crowd", 100), 7);
        output.WriteLine($"{few}\n{many}");
        Assert.True(many.OriginShare < few.OriginShare && many.OriginShare < 0.5, many.ToString());
    }

    [Fact]
    public void What_happens_follows_from_the_seed()
    {
        ContentScenario scenario = ContentScenario.Get("everything", 30);
        Assert.Equal(ContentFigures.Measure(scenario, 3), ContentFigures.Measure(scenario, 3));
    }
}

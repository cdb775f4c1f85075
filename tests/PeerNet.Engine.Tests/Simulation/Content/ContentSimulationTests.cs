using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>Content among many clients of a link: whatever goes wrong among them, everyone ends with the right bytes.</summary>
public sealed class ContentSimulationTests(ITestOutputHelper output)
{
    private static readonly ContentScenario Crowd = new() { Clients = 100 };

    public static TheoryData<string, int> Scenarios { get; } = new()
    {
        { "crowd", 10 },
        { "crowd", 100 },
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
        ContentFigures figures = ContentFigures.Measure(Get(name) with { Clients = clients }, seed: 1);
        output.WriteLine($"{name}: {figures}");
        Assert.True(figures.IsWhole, $"{name}: {figures}");
    }

    [Fact]
    public void The_origin_sends_less_for_each_the_more_there_are()
    {
        ContentFigures few = ContentFigures.Measure(Crowd with { Clients = 10 }, 7);
        ContentFigures many = ContentFigures.Measure(Crowd, 7);
        output.WriteLine($"{few}\n{many}");
        Assert.True(many.OriginShare < few.OriginShare && many.OriginShare < 0.5, many.ToString());
    }

    [Fact]
    public void What_happens_follows_from_the_seed()
    {
        ContentScenario scenario = Get("everything") with { Clients = 30 };
        Assert.Equal(ContentFigures.Measure(scenario, 3), ContentFigures.Measure(scenario, 3));
    }

    internal static ContentScenario Get(string name) => name switch
    {
        "crowd" => Crowd,
        "at once" => Crowd with { Arrival = TimeSpan.Zero },
        "loss" => Crowd with { Loss = 0.1 },
        "liars" => Crowd with { Liars = 0.2 },
        "slow" => Crowd with { Slow = 0.3 },
        "churn" => Crowd with { Leaving = 0.5 },
        "hosted" => Crowd with { HasHostedCache = true },
        "hosted restarts" => Crowd with { HasHostedCache = true, Restarts = 3 },
        _ => Crowd with { Loss = 0.05, Liars = 0.1, Slow = 0.2, Leaving = 0.3, HasHostedCache = true, Restarts = 2 },
    };
}

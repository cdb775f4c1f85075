using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Collaboration;

public sealed class PeopleSimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Watchers_know_what_changed_though_people_come_and_go_and_agree_after_a_split(ulong seed)
    {
        PeopleFigures figures = PeopleFigures.Measure(
            people: 60, contacts: 20, seed, churn: TimeSpan.FromMinutes(3), split: TimeSpan.FromMinutes(3));
        output.WriteLine(figures.ToString());

        Assert.True(figures.Watched > 1000, figures.ToString());
        Assert.True(figures.IsKept, figures.ToString());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public void People_who_sign_in_at_once_find_each_other_soon_and_with_three_datagrams_each(int people)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            NearFigures figures = NearFigures.Measure(people, loss: 0, seed);
            output.WriteLine(figures.ToString());

            Assert.True(figures.IsKept, $"seed {seed}: {figures}");
        }
    }

    // Who misses one announcement has a second chance, or none for minutes: the link is not to be filled.
    [Theory]
    [InlineData(0, 100)]
    [InlineData(0.01, 99)]
    public void Five_hundred_find_each_other_with_three_datagrams_each(double loss, double share)
    {
        NearFigures figures = NearFigures.Measure(500, loss, seed: 1);
        output.WriteLine(figures.ToString());

        Assert.True(figures.FoundShare >= share, figures.ToString());
        Assert.True(figures.DatagramsEach <= 3, figures.ToString());
    }
}

using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Groups;

public sealed class GroupSimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(6001)]
    public void Members_whose_administrators_disagreed_while_they_were_cut_apart_agree_on_who_is_one(ulong seed)
    {
        GroupFigures figures = GroupFigures.Measure(members: 60, administrators: 8, seed, split: TimeSpan.FromMinutes(4));
        output.WriteLine(figures.ToString());

        Assert.True(figures.Apart > figures.Members / 5, figures.ToString());
        Assert.True(figures.IsKept, figures.ToString());
    }
}

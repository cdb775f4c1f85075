using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>A simulated group whose halves' administrators disagree while it is cut apart: how long until all members that
/// are left agree on who is one, and as what.</summary>
internal sealed class GroupHealingFigure(int members) : IFigure
{
    private const ulong Seed = 1;
    private const int Administrators = 12;

    private static readonly TimeSpan Split = TimeSpan.FromMinutes(8);

    public string Name => $"Healing of {members} members";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        GroupFigures figures = GroupFigures.Measure(members, Administrators, Seed, Split);
        Console.Error.WriteLine(figures);
        yield return new($"{Name}: all agree", figures.Agreement ?? double.NaN, "s", GroupFigures.Limit.TotalSeconds, IsGoal: true);
        yield return new($"{Name}: that differ", figures.Differing, "members", 0);
        yield return new($"{Name}: connected with who is none", figures.Strangers, "", 0);
        yield return new($"{Name}: wall time", figures.WallTime.TotalSeconds, "s", null);
    }
}

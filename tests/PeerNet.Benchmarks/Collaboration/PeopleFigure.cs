using PeerNet.Engine.Tests.Simulation.Collaboration;

namespace PeerNet.Benchmarks.Collaboration;

/// <summary>
/// Simulated people with contacts, a tenth of whom goes and comes back each minute, who are cut in halves and healed; and
/// people who sign in on one link at the same time. The marks are goals.
/// </summary>
internal sealed class PeopleFigure(int people, int contacts) : IFigure
{
    private const ulong Seed = 1;

    public string Name => $"Collaboration of {people} people";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        PeopleFigures figures = PeopleFigures.Measure(people, contacts, Seed, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(3));
        yield return FigureRow.WithGoal($"{Name} change not known in 5 s", figures.MissedShare, "%", 1);
        yield return FigureRow.WithGoal(
            $"{Name} views right after a split", figures.Agreement ?? double.PositiveInfinity, "s", PeopleFigures.Limit.TotalSeconds);
        foreach (int near in (int[])[5, 50, 500])
        {
            NearFigures found = NearFigures.Measure(near, loss: 0, Seed);
            yield return FigureRow.WithGoal($"{near} people on a link all found", found.AllFound ?? double.PositiveInfinity, "s", 2);
            yield return FigureRow.WithGoal($"{near} people on a link datagrams each", found.DatagramsEach, "", 3);
        }
    }
}

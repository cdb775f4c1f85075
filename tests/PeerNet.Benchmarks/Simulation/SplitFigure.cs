using PeerNet.Engine.Tests.Simulation;

namespace PeerNet.Benchmarks.Simulation;

/// <summary>Names found across two halves, five simulated minutes after a split of ten minutes has healed.</summary>
internal sealed class SplitFigure(int nodes) : IFigure
{
    private const ulong Seed = 1;

    public string Name => $"Split of {nodes} nodes";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        SplitFigures figures = SplitFigures.Measure(nodes, Seed);
        yield return new FigureRow($"{Name} found while split", figures.FoundWhileSplit, "", null);
        yield return FigureRow.WithGoal($"{Name} not found when healed", nodes - figures.Found, "", 0);
    }
}

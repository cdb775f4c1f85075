using PeerNet.Engine.Tests.Simulation;

namespace PeerNet.Benchmarks.Simulation;

/// <summary>Names found while a tenth of the nodes crashes and is replaced each simulated minute.</summary>
internal sealed class ChurnFigure(int nodes) : IFigure
{
    private const ulong Seed = 1;
    private const int Resolves = 1000;

    public string Name => $"Churn among {nodes} nodes";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        ChurnFigures figures = ChurnFigures.Measure(nodes, Resolves, Seed);
        yield return FigureRow.WithGoal($"{Name} not found", 100 * (1 - figures.FoundShare), "%", 1);
    }
}

using PeerNet.Engine.Tests.Simulation;

namespace PeerNet.Benchmarks.Simulation;

/// <summary>
/// A simulated hour of a cloud (25 minutes of a large one) whose nodes have a name each, on a network that loses and delays. The limits are what is
/// promised of it.
/// </summary>
internal sealed class CloudFigure(int nodes) : IFigure
{
    private const ulong Seed = 1;
    private const int Resolves = 1000;

    public string Name => $"Cloud of {nodes} nodes";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        CloudFigures figures = CloudFigures.Measure(nodes, Resolves, Seed);
        yield return FigureRow.WithGoal($"{Name} not found", 100 * (1 - figures.FoundShare), "%", 0.1);
        yield return FigureRow.WithGoal($"{Name} LOOKUPs, mean", figures.MeanLookups, "", figures.LookupLimit);
        yield return new FigureRow($"{Name} LOOKUPs, median", figures.LookupQuantile(0.5), "", null);
        yield return new FigureRow($"{Name} LOOKUPs, p95", figures.LookupQuantile(0.95), "", null);
        yield return new FigureRow($"{Name} messages at rest", figures.MessagesPerNodeMinute, "1/min", null);
        yield return FigureRow.WithGoal($"{Name} memory each", figures.BytesPerNode, "B", 16 * 1024);
        yield return new FigureRow($"{Name} wall time", figures.WallTime.TotalSeconds, "s", null);
    }
}

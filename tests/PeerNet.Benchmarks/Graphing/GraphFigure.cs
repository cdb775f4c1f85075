using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// A simulated graph with joins, departures and broken connections that is cut in halves and healed: how long until all
/// nodes have one database, what the topology is like, and what a node sends.
/// </summary>
internal sealed class GraphFigure(int nodes) : IFigure
{
    private const ulong Seed = 1;
    private const double HealingLimit = 300;
    private const double MinimumDegree = 2;
    private const double MaximumDegree = 7;

    private static readonly TimeSpan Split = TimeSpan.FromMinutes(8);

    public string Name => $"Graph of {nodes} nodes";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        GraphFigures figures = GraphFigures.Measure(nodes, Seed, Split);
        Console.Error.WriteLine(figures);
        yield return new($"{Name}: healed, half of the nodes", figures.Percentile(0.5), "s", HealingLimit);
        yield return new($"{Name}: healed, 99 %", figures.Percentile(0.99), "s", HealingLimit);
        yield return new($"{Name}: healed, all", figures.Percentile(1), "s", HealingLimit);
        yield return new($"{Name}: not healed", figures.Missing, "nodes", 0);
        yield return new($"{Name}: databases that differ", figures.Different, "nodes", 0);
        yield return new($"{Name}: parts", figures.Topology.Components, "", 1);
        yield return new($"{Name}: least degree", figures.Topology.MinimumDegree, "", MinimumDegree);
        yield return new($"{Name}: greatest degree", figures.Topology.MaximumDegree, "", MaximumDegree);
        yield return new($"{Name}: mean path", figures.Topology.MeanPath, "hops", 2 * Math.Log(nodes, 3));
        yield return new($"{Name}: duplicates a record", figures.MeanDuplicates, "", figures.MeanDegree);
        yield return new($"{Name}: more duplicates than degree", figures.ExcessDuplicates, "", 0);
    }
}

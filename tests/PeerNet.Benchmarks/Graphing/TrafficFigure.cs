using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>What a node of a graph at rest sends in a second, with presence of every node and with that of a hundred, as
/// the graph grows.</summary>
internal sealed class TrafficFigure : IFigure
{
    private const ulong Seed = 1;
    private const uint SomePresence = 100;

    private static readonly (int Nodes, uint Presence)[] Points =
        [(125, GraphProperties.EveryNode), (500, GraphProperties.EveryNode), (500, SomePresence), (2000, SomePresence)];

    public string Name => "Graph traffic";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        foreach ((int nodes, uint presence) in Points)
        {
            SimulatedGraph graph = GraphFigures.Populate(nodes, Seed, presence);
            GraphTopology topology = GraphTopology.Of(graph);
            string who = presence == GraphProperties.EveryNode ? "all present" : $"{presence} present";
            yield return new($"{Name}, {nodes} nodes, {who}", GraphFigures.MeasureTraffic(graph), "bytes", null);
            yield return new($"{Name}, {nodes} nodes: parts", topology.Components, "", 1);
            yield return new($"{Name}, {nodes} nodes: mean path", topology.MeanPath, "hops", 2 * Math.Log(nodes, 3));
        }
    }
}

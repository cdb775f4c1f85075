using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the graphs that a node has open, or has databases of.</summary>
internal sealed class GraphCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? StateOnDisk.ReadGraphs().Select(graph => (graph, $"{PeerText.Escape(graph)} (closed)"))
        : Ask(token => node.Engine.Graphs.ListAsync(includeClosed: true, token))
            .Select(graph => (graph.Id, $"{graph.Id} ({Describe(graph)})"));

    private static string Describe(PeerGraph graph) => graph.IsOpen ? graph.Status.ToString() : "closed";
}

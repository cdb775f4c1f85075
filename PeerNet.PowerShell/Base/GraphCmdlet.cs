using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that works with the graphs of a node.</summary>
public abstract class GraphCmdlet : NodeCmdlet
{
    /// <summary>The graphs of the node.</summary>
    private protected IGraphService Graphs => Peer.Graphs;

    /// <summary>The graph that a caller means who names none: the only one that is open.</summary>
    /// <exception cref="PeerException">None is open, or several are.</exception>
    private protected string GetOnlyGraph()
    {
        IReadOnlyList<PeerGraph> open = Await(token => Graphs.ListAsync(includeClosed: false, token));
        return open switch
        {
            [var one] => one.Id,
            [] => throw PeerErrors.InvalidGraph.Exception($"The node '{NodeHost.Name}' has no graph open."),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"The node '{NodeHost.Name}' has several graphs open; name one: {string.Join(", ", open.Select(graph => graph.Id))}."),
        };
    }

    /// <summary>The graphs of the node whose connection it is, unless the caller names a node.</summary>
    private protected IGraphService GraphsOf(ConnectionTarget target) =>
        Node is null && target.Node is { } node ? NodeRegistry.Get(node).Engine.Graphs : Graphs;

    /// <summary>The graph and id of a connection that a caller names.</summary>
    /// <param name="target">What the caller names.</param>
    /// <param name="graph">The graph that the caller names beside it; null for none.</param>
    private protected (string GraphId, ulong Id) Find(ConnectionTarget target, string? graph = null) =>
        (target.GraphId ?? graph ?? GetOnlyGraph(), target.Id);

    /// <summary>Tells where a graph listens, where that is not where it would by itself.</summary>
    private protected void DescribePort(PeerGraph graph, int asked)
    {
        if (graph.Port != 0)
        {
            int usual = asked != 0 ? asked : PeerNodeOptions.DefaultGroupPort;
            string instead = graph.Port == usual ? "" : $", because {usual} is taken or serves another graph";
            WriteVerbose($"The graph '{PeerText.Escape(graph.Id)}' listens on port {graph.Port}{instead}.");
        }
    }
}

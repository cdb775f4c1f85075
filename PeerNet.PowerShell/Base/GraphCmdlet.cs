using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that works with the graphs of a node.</summary>
public abstract class GraphCmdlet : NodeCmdlet
{
    // Of a pipeline of records each names its graph.
    private readonly Dictionary<(string Node, string? Graph, string? Group), GraphTarget> _targets = [];

    /// <summary>The graphs of the node.</summary>
    private protected IGraphService Graphs => Peer.Graphs;

    /// <summary>The graph or open group that a caller names; where none is named the only one that is open.</summary>
    /// <param name="graph">The id of a graph, or of a group's; null for none.</param>
    /// <param name="group">The name of a group; null for none.</param>
    /// <exception cref="PeerException">There is none of the name, it is closed, or none is named and none is open, or several
    /// are.</exception>
    private protected GraphTarget GetTarget(string? graph, string? group) => GetOpenTarget(NodeHost, graph, group);

    /// <summary>The same, for what is done with the database of one that may be closed.</summary>
    private protected GraphTarget GetStoredTarget(string? graph, string? group) => GetTarget(NodeHost, graph, group);

    /// <summary>The graph or group, and the id, of a connection that a caller names.</summary>
    /// <param name="connection">What the caller names. Where it tells its node and graph, that is where it is found.</param>
    /// <param name="graph">The graph that the caller names beside it; null for none.</param>
    /// <param name="group">The group that the caller names beside it; null for none.</param>
    private protected (GraphTarget Target, ulong Id) Find(ConnectionTarget connection, string? graph, string? group)
    {
        NodeHost node = Node is null && connection.Node is { } name ? NodeRegistry.Get(name) : NodeHost;
        return connection.GraphId is { } own
            ? (GetOpenTarget(node, own, group: null), connection.Id)
            : (GetOpenTarget(node, graph, group), connection.Id);
    }

    /// <summary>Refuses a graph and a group for one target.</summary>
    private protected static void CheckTarget(string? graph, string? group)
    {
        if (graph is not null && group is not null)
        {
            throw PeerErrors.InvalidArgument.Exception("A connection is in a graph or in a group: use -Graph or -Group.");
        }
    }

    /// <summary>Refuses to keep what cannot be written down.</summary>
    private protected static void RequireNoCode(bool isPersistent, object? securityProvider)
    {
        if (isPersistent && securityProvider is not null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "-SecurityProvider is code, which -Persistent cannot keep: open the graph without -Persistent in the script that "
                + "Install-PeerNode -ScriptPath has the node run.");
        }
    }

    /// <summary>Tells where a graph listens, where that is not where it would by itself.</summary>
    private protected void DescribePort(PeerGraph graph, int asked) => DescribePort($"graph '{graph.Id}'", graph.Port, asked);

    private GraphTarget GetOpenTarget(NodeHost node, string? graph, string? group)
    {
        GraphTarget target = GetTarget(node, graph, group);
        if (target.Group is { } found)
        {
            GroupNames.RequireOpen(found);
        }

        return target;
    }

    private GraphTarget GetTarget(NodeHost node, string? graph, string? group)
    {
        if (!_targets.TryGetValue((node.Name, graph, group), out GraphTarget? target))
        {
            target = Await(token => group is not null ? GraphTarget.FindGroupAsync(node.Engine, group, token)
                : graph is not null ? GraphTarget.FindAsync(node.Engine, graph, token)
                : FindOnlyAsync(node, token));
            _targets.Add((node.Name, graph, group), target);
        }

        return target;
    }

    private static async Task<GraphTarget> FindOnlyAsync(NodeHost node, CancellationToken cancellationToken)
    {
        IReadOnlyList<GraphTarget> open = await GraphTarget.ListOpenAsync(node.Engine, cancellationToken).ConfigureAwait(false);
        return open switch
        {
            [var one] => one,
            [] => throw PeerErrors.InvalidGraph.Exception($"The node '{node.Name}' has no graph open, and no group."),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"The node '{node.Name}' has several open; name one with -Graph or -Group: {string.Join(", ", open.Select(one => one.Name))}."),
        };
    }
}

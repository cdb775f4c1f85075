using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Base;

/// <summary>The graph that a command works in: one of the node's own, or that of one of its groups.</summary>
/// <param name="Graphs">The graphs to ask.</param>
/// <param name="Id">The graph's id, which for a group is its peer name.</param>
/// <param name="Name">What people call it: <c>graph 'notes'</c>, <c>group 'Friends'</c>.</param>
/// <param name="Group">The group; null where it is a graph alone.</param>
internal sealed record GraphTarget(IGraphAccess Graphs, string Id, string Name, PeerGroup? Group = null)
{
    /// <summary>Finds what an id means that came with a record, a connection, data or a node: the graph, or else the group
    /// that has it. An id that nothing has means a graph, which the node will say is not there.</summary>
    public static async Task<GraphTarget> FindAsync(PeerNode node, string id, CancellationToken cancellationToken)
    {
        if (PeerName.TryParse(id, out _))
        {
            IReadOnlyList<PeerGroup> groups = await node.Groups.ListAsync(cancellationToken).ConfigureAwait(false);
            if (groups.FirstOrDefault(group => group.PeerName == id) is { } found
                && !await IsGraphAsync(node, id, cancellationToken).ConfigureAwait(false))
            {
                return Of(node, found);
            }
        }

        return new(node.Graphs, id, $"graph '{id}'");
    }

    /// <summary>Finds the group that a caller names.</summary>
    public static async Task<GraphTarget> FindGroupAsync(PeerNode node, string name, CancellationToken cancellationToken) =>
        Of(node, GroupNames.Get(await node.Groups.ListAsync(cancellationToken).ConfigureAwait(false), name, node.Options.Name));

    /// <summary>All that a node has open.</summary>
    public static async Task<IReadOnlyList<GraphTarget>> ListOpenAsync(PeerNode node, CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerGraph> graphs = await node.Graphs.ListAsync(includeClosed: false, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PeerGroup> groups = await node.Groups.ListAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. graphs.Select(graph => new GraphTarget(node.Graphs, graph.Id, $"graph '{graph.Id}'")),
            .. groups.Where(group => group.IsOpen).DistinctBy(group => group.PeerName).Select(group => Of(node, group)),
        ];
    }

    private static GraphTarget Of(PeerNode node, PeerGroup group) =>
        new(node.Groups.Graphs, group.PeerName, $"group '{group.FriendlyName}'", group);

    private static async Task<bool> IsGraphAsync(PeerNode node, string id, CancellationToken cancellationToken) =>
        (await node.Graphs.ListAsync(includeClosed: true, cancellationToken).ConfigureAwait(false)).Any(graph => graph.Id == id);
}

using System.Globalization;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Maps;

/// <summary>What a node knows of the shape of a graph: nodes, and the connections between this one and its neighbours.</summary>
internal sealed record GraphMap
{
    /// <summary>Most nodes that are drawn; beyond, those nearest in kind to this one are kept.</summary>
    public const int MaximumNodes = 500;

    /// <summary>What the map is of, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>The nodes, this one first.</summary>
    public required IReadOnlyList<GraphMapNode> Nodes { get; init; }

    /// <summary>The connections.</summary>
    public required IReadOnlyList<GraphMapLink> Links { get; init; }

    /// <summary>How many nodes are left out.</summary>
    public int Omitted { get; init; }

    /// <summary>Puts a map together. The same graph always gives the same map.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="connections">The connections of this node in it.</param>
    /// <param name="group">The group that it is of; null for none. Members without a node are drawn too.</param>
    public static GraphMap Create(
        PeerGraph graph, IReadOnlyList<PeerGraphNode> nodes, IReadOnlyList<PeerConnection> connections, GroupOnMap? group = null)
    {
        PeerGraphNode[] ordered =
        [
            .. nodes.OrderByDescending(node => node.IsLocal).ThenByDescending(node => node.IsNeighbor)
                .ThenByDescending(node => node.IsContact).ThenBy(node => node.NodeId),
        ];
        PeerGraphNode[] drawn = [.. ordered.Take(MaximumNodes)];
        GraphMapNode[] mapped =
            [.. drawn.Select((node, index) => GraphMapNode.Create(node, index, group?.Members.GetValueOrDefault(node.PeerId)))];
        PeerGroupMember[] absent = [.. GetAbsent(nodes, group)];
        GraphMapNode[] away = [.. absent.Take(MaximumNodes - drawn.Length).Select((member, index) => GraphMapNode.CreateAbsent(member, drawn.Length + index))];
        return new()
        {
            Title = Describe(graph, nodes.Count, group),
            Nodes = [.. mapped, .. away],
            Links = [.. CreateLinks(mapped, drawn, connections)],
            Omitted = ordered.Length + absent.Length - drawn.Length - away.Length,
        };
    }

    private static IEnumerable<PeerGroupMember> GetAbsent(IReadOnlyList<PeerGraphNode> nodes, GroupOnMap? group)
    {
        HashSet<string> present = [.. nodes.Select(node => node.PeerId)];
        return (group?.Members.Values ?? []).Where(member => !present.Contains(member.PeerName))
            .OrderBy(member => member.PeerName, StringComparer.Ordinal);
    }

    private static string Describe(PeerGraph graph, int nodes, GroupOnMap? group)
    {
        string members = group is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{group.Members.Count} members, ");
        string name = (group?.Name ?? graph.Properties?.FriendlyName) is { Length: > 0 } friendly ? $"{friendly} ({graph.Id})" : graph.Id;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{PeerText.Escape(name)}: {members}{nodes} nodes, {graph.Neighbors} neighbours, {graph.Contacts} contacts, {graph.Records} records");
    }

    private static IEnumerable<GraphMapLink> CreateLinks(
        GraphMapNode[] mapped, PeerGraphNode[] nodes, IReadOnlyList<PeerConnection> connections)
    {
        Dictionary<ulong, GraphMapNode> byId = [];
        for (int i = 0; i < nodes.Length; i++)
        {
            byId.TryAdd(nodes[i].NodeId, mapped[i]);
        }

        GraphMapNode? local = mapped.FirstOrDefault(node => node.Kind == GraphMapNodeKind.Local);
        foreach (PeerConnection connection in connections.OrderBy(connection => connection.NodeId).ThenBy(connection => connection.Id))
        {
            if (local is not null && connection.State == PeerConnectionState.Connected
                && byId.TryGetValue(connection.NodeId, out GraphMapNode? other) && other != local)
            {
                yield return new(local, other, connection.Type == PeerConnectionType.Direct, connection.Utility);
            }
        }
    }
}

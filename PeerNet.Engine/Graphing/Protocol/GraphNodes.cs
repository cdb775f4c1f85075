namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The nodes of the graph, put together from what they tell of themselves and the connections to them.</summary>
internal sealed class GraphNodes(GraphCore core, GraphLinks links, Presence presence, Contacts contacts)
{
    /// <summary>The nodes that are present, contacts or neighbors, this one included.</summary>
    public IReadOnlyList<GraphNode> List()
    {
        Dictionary<ulong, GraphNode> nodes = new() { [core.NodeId] = Find(core.NodeId)! };
        for (int i = 0; i < presence.Known.Count; i++)
        {
            nodes.TryAdd(presence.Known[i].NodeId, Describe(presence.Known[i]));
        }

        for (int i = 0; i < contacts.Known.Count; i++)
        {
            nodes.TryAdd(contacts.Known[i].NodeId, Describe(contacts.Known[i]));
        }

        foreach (GraphLink neighbor in core.Neighbors)
        {
            nodes.TryAdd(neighbor.NodeId, Find(neighbor.NodeId)!);
        }

        return [.. nodes.Values];
    }

    /// <summary>A node; null where it is not known.</summary>
    public GraphNode? Find(ulong nodeId)
    {
        if ((presence.Known.FindNode(nodeId) ?? contacts.Known.FindNode(nodeId)) is { } known)
        {
            return Describe(known);
        }

        if (nodeId == core.NodeId)
        {
            return new GraphNode
            {
                NodeId = core.NodeId,
                PeerId = core.Settings.PeerId,
                Endpoints = core.Endpoints,
                Attributes = presence.Attributes,
                IsLocal = true,
            };
        }

        return links.FindNeighbor(nodeId) is { } neighbor
            ? new GraphNode
            {
                NodeId = nodeId,
                PeerId = neighbor.PeerId,
                Endpoints = neighbor.Endpoints,
                IsNeighbor = true,
                Utility = neighbor.Utility,
            }
            : null;
    }

    /// <summary>A node that has told of itself.</summary>
    public GraphNode Describe(KnownNode known)
    {
        GraphLink? neighbor = links.FindNeighbor(known.NodeId);
        return new GraphNode
        {
            NodeId = known.NodeId,
            PeerId = known.PeerId,
            Endpoints = known.Endpoints,
            Attributes = known.Attributes,
            IsLocal = known.NodeId == core.NodeId,
            IsPresent = presence.Known.FindNode(known.NodeId) is not null,
            IsNeighbor = neighbor is not null,
            IsContact = contacts.Known.FindNode(known.NodeId) is not null,
            Utility = neighbor?.Utility,
        };
    }
}

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What the machine tells about itself.</summary>
internal sealed partial class GraphMachine
{
    /// <summary>The nodes that are present, contacts or neighbors, this one included.</summary>
    public IReadOnlyList<GraphNode> ListNodes()
    {
        Dictionary<ulong, GraphNode> nodes = new() { [NodeId] = DescribeNode(NodeId)! };
        for (int i = 0; i < _presence.Known.Count; i++)
        {
            nodes.TryAdd(_presence.Known[i].NodeId, Describe(_presence.Known[i]));
        }

        for (int i = 0; i < _contacts.Known.Count; i++)
        {
            nodes.TryAdd(_contacts.Known[i].NodeId, Describe(_contacts.Known[i]));
        }

        foreach (GraphLink neighbor in _neighbors)
        {
            nodes.TryAdd(neighbor.NodeId, DescribeNode(neighbor.NodeId)!);
        }

        return [.. nodes.Values];
    }

    /// <summary>A node; null where it is not known.</summary>
    public GraphNode? FindNode(ulong nodeId) => DescribeNode(nodeId);

    /// <summary>All connections.</summary>
    public IReadOnlyList<GraphConnectionInfo> ListConnections() =>
        [.. _links.All.Select(link => GraphLinks.Describe(link, ConnectionEnd.None))];

    /// <summary>A connection; null where it is over.</summary>
    public GraphConnectionInfo? FindConnection(int connection) =>
        _links.Find(connection) is { } link ? GraphLinks.Describe(link, ConnectionEnd.None) : null;

    /// <summary>The counters.</summary>
    public GraphStatistics GetStatistics() => _core.Counters.Read();

    private GraphNode? DescribeNode(ulong nodeId)
    {
        if ((_presence.Known.FindNode(nodeId) ?? _contacts.Known.FindNode(nodeId)) is { } known)
        {
            return Describe(known);
        }

        if (nodeId == NodeId)
        {
            return new GraphNode
            {
                NodeId = NodeId,
                PeerId = _settings.PeerId,
                Endpoints = _core.Endpoints,
                Attributes = _presence.Attributes,
                IsLocal = true,
            };
        }

        return _links.FindNeighbor(nodeId) is { } neighbor
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

    private GraphNode Describe(KnownNode known)
    {
        GraphLink? neighbor = _links.FindNeighbor(known.NodeId);
        return new GraphNode
        {
            NodeId = known.NodeId,
            PeerId = known.PeerId,
            Endpoints = known.Endpoints,
            Attributes = known.Attributes,
            IsLocal = known.NodeId == NodeId,
            IsPresent = _presence.Known.FindNode(known.NodeId) is not null,
            IsNeighbor = neighbor is not null,
            IsContact = _contacts.Known.FindNode(known.NodeId) is not null,
            Utility = neighbor?.Utility,
        };
    }
}

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What the machine tells about itself.</summary>
internal sealed partial class GraphMachine
{
    private readonly long[] _dropped = new long[Enum.GetValues<GraphDropReason>().Length];
    private long _messagesIn;
    private long _messagesOut;
    private long _bytesIn;
    private long _bytesOut;
    private long _recordsUseful;
    private long _recordsDuplicate;
    private long _recordsOld;
    private long _acksUseful;
    private long _acksUseless;
    private long _synchronizations;

    /// <summary>The nodes that are present, contacts or neighbors, this one included.</summary>
    public IReadOnlyList<GraphNode> ListNodes()
    {
        Dictionary<ulong, GraphNode> nodes = new() { [NodeId] = DescribeNode(NodeId)! };
        for (int i = 0; i < _presences.Count; i++)
        {
            nodes.TryAdd(_presences[i].NodeId, Describe(_presences[i]));
        }

        for (int i = 0; i < _contacts.Count; i++)
        {
            nodes.TryAdd(_contacts[i].NodeId, Describe(_contacts[i]));
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
        [.. _linkOrder.Select(link => Describe(link, ConnectionEnd.None))];

    /// <summary>A connection; null where it is over.</summary>
    public GraphConnectionInfo? FindConnection(int connection) =>
        _links.TryGetValue(connection, out GraphLink? link) ? Describe(link, ConnectionEnd.None) : null;

    /// <summary>The counters.</summary>
    public GraphStatistics GetStatistics() => new()
    {
        MessagesIn = _messagesIn,
        MessagesOut = _messagesOut,
        BytesIn = _bytesIn,
        BytesOut = _bytesOut,
        RecordsUseful = _recordsUseful,
        RecordsDuplicate = _recordsDuplicate,
        RecordsOld = _recordsOld,
        AcksUseful = _acksUseful,
        AcksUseless = _acksUseless,
        Synchronizations = _synchronizations,
        Dropped = Enum.GetValues<GraphDropReason>()
            .Where(reason => _dropped[(int)reason] > 0)
            .ToDictionary(reason => reason.ToString(), reason => _dropped[(int)reason]),
    };

    private void Count(GraphDropReason reason) => _dropped[(int)reason]++;

    private void CountSent(GraphLink link, int length)
    {
        link.BytesSent += length;
        _messagesOut++;
        _bytesOut += length;
    }

    private void CountReceived(GraphLink link, int length)
    {
        link.BytesReceived += length;
        _messagesIn++;
        _bytesIn += length;
    }

    private GraphNode? DescribeNode(ulong nodeId)
    {
        if ((_presences.FindNode(nodeId) ?? _contacts.FindNode(nodeId)) is { } known)
        {
            return Describe(known);
        }

        if (nodeId == NodeId)
        {
            return new GraphNode
            {
                NodeId = NodeId,
                PeerId = _settings.PeerId,
                Endpoints = _endpoints,
                Attributes = _nodeAttributes,
                IsLocal = true,
            };
        }

        return FindNeighbor(nodeId) is { } neighbor
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
        GraphLink? neighbor = FindNeighbor(known.NodeId);
        return new GraphNode
        {
            NodeId = known.NodeId,
            PeerId = known.PeerId,
            Endpoints = known.Endpoints,
            Attributes = known.Attributes,
            IsLocal = known.NodeId == NodeId,
            IsPresent = _presences.FindNode(known.NodeId) is not null,
            IsNeighbor = neighbor is not null,
            IsContact = _contacts.FindNode(known.NodeId) is not null,
            Utility = neighbor?.Utility,
        };
    }

    private static GraphConnectionInfo Describe(GraphLink link, ConnectionEnd end) => new()
    {
        Id = link.Id,
        IsDirect = link.IsDirect,
        IsInitiator = link.IsInitiator,
        State = link.State,
        PeerId = link.PeerId,
        NodeId = link.NodeId,
        Remote = link.Remote,
        Endpoints = link.Endpoints,
        Utility = link.Utility,
        BytesSent = link.BytesSent,
        BytesReceived = link.BytesReceived,
        End = end,
        Refusal = link.Refusal,
    };
}

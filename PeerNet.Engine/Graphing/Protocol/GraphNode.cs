namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>A node of the graph, put together from its presence record, its contact record and its connection.</summary>
internal sealed record GraphNode
{
    /// <summary>Its node id: another one each time it opens the graph.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>Who it is.</summary>
    public required string PeerId { get; init; }

    /// <summary>Where it listens; none where it does not, or where nobody knows.</summary>
    public IReadOnlyList<GraphEndpoint> Endpoints { get; init; } = [];

    /// <summary>What its application says about it.</summary>
    public string Attributes { get; init; } = "";

    /// <summary>Whether it is this node.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether it has published its presence.</summary>
    public bool IsPresent { get; init; }

    /// <summary>Whether it is a neighbor of this node.</summary>
    public bool IsNeighbor { get; init; }

    /// <summary>Whether it is a contact of the graph.</summary>
    public bool IsContact { get; init; }

    /// <summary>How useful the connection is (MS-PPGRH 3.1.7.33); null where it is no neighbor.</summary>
    public double? Utility { get; init; }
}

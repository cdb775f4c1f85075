using System.Globalization;
using System.Net;

namespace PeerNet.Engine.Graphing;

/// <summary>A node that is known in a graph: this one, a neighbour, a contact, or one that makes its presence known.</summary>
public sealed record PeerGraphNode
{
    /// <summary>Longest attributes of a node, in UTF-16 units.</summary>
    public const int MaximumAttributes = 255;

    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The node's id.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>Its peer id.</summary>
    public required string PeerId { get; init; }

    /// <summary>Where it listens, as it says.</summary>
    public IPEndPoint[] Addresses { get; init; } = [];

    /// <summary>What its application says of it, or empty.</summary>
    public string Attributes { get; init; } = "";

    /// <summary>Whether it is this node.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether this node is connected to it as a neighbour.</summary>
    public bool IsNeighbor { get; init; }

    /// <summary>Whether it is a contact, through which partitions are found.</summary>
    public bool IsContact { get; init; }

    /// <summary>How useful the connection to it is; null where it is no neighbour.</summary>
    public int? Utility { get; init; }

    /// <summary>The signature that it sees, where it is a contact.</summary>
    public ulong? Signature { get; init; }

    /// <summary>The node's peer id; its node id where it has none.</summary>
    public override string ToString() => PeerId.Length > 0 ? PeerId : NodeId.ToString(CultureInfo.InvariantCulture);
}

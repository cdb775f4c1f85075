using System.Globalization;
using System.Net;

namespace PeerNet.Engine.Graphing;

/// <summary>A connection of a graph, as it was when it was asked for.</summary>
public sealed record PeerConnection
{
    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>Tells it from the other connections that this node has in the graph.</summary>
    public required ulong Id { get; init; }

    /// <summary>What it is for.</summary>
    public required PeerConnectionType Type { get; init; }

    /// <summary>What it is doing.</summary>
    public required PeerConnectionState State { get; init; }

    /// <summary>The peer id of the other side; empty until it is authenticated.</summary>
    public string PeerId { get; init; } = "";

    /// <summary>The node id of the other side; 0 until it has told it.</summary>
    public ulong NodeId { get; init; }

    /// <summary>The other end.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>Whether this node opened it.</summary>
    public bool IsInitiator { get; init; }

    /// <summary>How useful it is; null of a direct connection.</summary>
    public int? Utility { get; init; }

    /// <summary>Bytes of messages sent.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes of messages received.</summary>
    public long Received { get; init; }

    /// <summary>What protects it; null for nothing.</summary>
    public string? Cipher { get; init; }

    /// <summary>Its id.</summary>
    public override string ToString() => Id.ToString(CultureInfo.InvariantCulture);
}

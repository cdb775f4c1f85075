using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>What a node keeps of a graph beside the records, while the graph is closed (MS-PPGRH 3.1.4.2, 3.1.4.12).</summary>
internal sealed record GraphState
{
    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The peer id of the node's user.</summary>
    public required string PeerId { get; init; }

    /// <summary>The peer id of who made the graph; empty until it is known.</summary>
    public string CreatorId { get; init; } = "";

    /// <summary>What UTC is ahead of peer time.</summary>
    public TimeSpan PeerTimeDelta { get; init; }

    /// <summary>The peer time at which the node left the graph; null while it never did.</summary>
    public PeerTime? Left { get; init; }

    /// <summary>Whether the records were once those of the graph: the node made it, or has synchronized.</summary>
    public bool IsSynchronized { get; init; }

    /// <summary>Whether the records were validated when they came. If not, as after an import, what the security provider
    /// cannot judge when the graph is opened does not count yet.</summary>
    public bool IsJudged { get; init; } = true;

    /// <summary>The payload of the last graph info record (MS-PPGRH 2.2.3.1), which itself expires soon; empty while there was
    /// none.</summary>
    public ReadOnlyMemory<byte> GraphInfo { get; init; }

    /// <summary>What this node's presence record says of it.</summary>
    public string NodeAttributes { get; init; } = "";
}

using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing;

/// <summary>Which graph a machine is for, and who takes part.</summary>
internal sealed record GraphSettings
{
    /// <summary>The graph's id: 1 to 255 UTF-16 units.</summary>
    public required string GraphId { get; init; }

    /// <summary>This node's peer id: 1 to 255 units.</summary>
    public required string PeerId { get; init; }

    /// <summary>A name of this node for people, which CONNECT and WELCOME carry: up to 255 units.</summary>
    public string FriendlyName { get; init; } = "";

    /// <summary>Secures records; the owner has it secure connections. Null for no security.</summary>
    public IGraphSecurityProvider? Provider { get; init; }

    /// <summary>Record types that are synchronized before the others, at most 250 (MS-PPGRH 3.1.4.2).</summary>
    public IReadOnlyList<Guid> PrioritizedTypes { get; init; } = [];
}

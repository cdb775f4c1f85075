using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing;

/// <summary>A graph that is to be created.</summary>
public sealed record PeerGraphCreation
{
    /// <summary>Its id: 1 to 255 UTF-16 units.</summary>
    public required string GraphId { get; init; }

    /// <summary>The peer id of its creator; null for the node's default identity, which is created if need be.</summary>
    public string? PeerId { get; init; }

    /// <summary>Its properties; the creator's id in them does not count.</summary>
    public PeerGraphProperties Properties { get; init; } = new();

    /// <summary>Its properties as the wire has them, where those above do not count; null where they do.</summary>
    internal GraphProperties? Graph { get; init; }

    /// <summary>What secures it; null for nothing.</summary>
    public IGraphSecurityProvider? SecurityProvider { get; init; }

    /// <summary>Told what is kept in it; null for nobody.</summary>
    internal IGraphWatcher? Watcher { get; init; }

    /// <summary>Record types that are synchronized before others.</summary>
    internal IReadOnlyList<Guid> PrioritizedRecordTypes { get; init; } = [];

    /// <summary>Where this node looks for others when it has lost them; null for where it has found them before.</summary>
    internal PeerRendezvous? Rendezvous { get; init; }

    /// <summary>The name of the database; null for one made from the ids.</summary>
    public string? DatabaseName { get; init; }

    /// <summary>Whether the node opens it again whenever it starts, until it is left or removed.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>Whether other nodes may connect.</summary>
    public bool IsListening { get; init; }

    /// <summary>The port where they do; 0 for the node's, or a free one.</summary>
    public int Port { get; init; }
}

using System.Net;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing;

/// <summary>A graph that is to be opened, and where to find it.</summary>
public sealed record PeerGraphOpening
{
    /// <summary>Its id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The peer id of this node in it; null for the one whose database is here, else the default identity.</summary>
    public string? PeerId { get; init; }

    /// <summary>Nodes to connect to, tried in order.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; init; } = [];

    /// <summary>A peer name under which nodes of the graph have registered their endpoints; null for none.</summary>
    public string? ResolveName { get; init; }

    /// <summary>The clouds in which <see cref="ResolveName"/> is looked for.</summary>
    internal PeerGraphScope ResolveScope { get; init; }

    /// <summary>What secures it; null for nothing.</summary>
    public IGraphSecurityProvider? SecurityProvider { get; init; }

    /// <inheritdoc cref="PeerGraphCreation.Watcher"/>
    internal IGraphWatcher? Watcher { get; init; }

    /// <inheritdoc cref="PeerGraphCreation.Rendezvous"/>
    internal PeerRendezvous? Rendezvous { get; init; }

    /// <summary>Record types that are synchronized before others.</summary>
    public IReadOnlyList<Guid> PrioritizedRecordTypes { get; init; } = [];

    /// <summary>How far this node reaches; null for as far as the graph does.</summary>
    public PeerGraphScope? Scope { get; init; }

    /// <summary>Whether other nodes may connect, once the database has been synchronized.</summary>
    public bool IsListening { get; init; }

    /// <summary>The port where they do; 0 for the node's, or a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether direct connections are taken in; null leaves it as it is, at first false.</summary>
    public bool? AllowsDirectConnections { get; init; }

    /// <summary>Whether the node opens it again, in the same way, whenever it starts; null leaves that as it is, at first false.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>How long connecting and the first synchronization may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

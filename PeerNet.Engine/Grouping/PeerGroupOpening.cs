using System.Net;

namespace PeerNet.Engine.Grouping;

/// <summary>A group that is to be opened, and how its members are found.</summary>
public sealed record PeerGroupOpening
{
    /// <summary>The group's peer name.</summary>
    public required string Group { get; init; }

    /// <summary>Which of this node's members; null where there is one.</summary>
    public string? Identity { get; init; }

    /// <summary>Members to connect to, tried in order; none to find them by the group's name.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; init; } = [];

    /// <summary>Whether only the database is opened: nobody is looked for, nobody let in.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The cloud to look in; null for the group's own.</summary>
    public string? Cloud { get; init; }

    /// <summary>The port where it listens; 0 for the node's, or a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether direct connections are taken in; null leaves it as it is, at first false.</summary>
    public bool? AllowsDirectConnections { get; init; }

    /// <summary>Whether the node opens it again, in the same way, whenever it starts; null for yes, unless only the database is
    /// opened.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>Whether to wait until members are found and the database is synchronized.</summary>
    public bool IsAwaited { get; init; } = true;

    /// <summary>How long that may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

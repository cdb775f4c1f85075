namespace PeerNet.Engine.Grouping;

/// <summary>A group that is to be made.</summary>
public sealed record PeerGroupCreation
{
    /// <summary>The name people give it.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The peer name of its first member; null for the node's default identity, which is made if need be.</summary>
    public string? Identity { get; init; }

    /// <summary>The cloud in which members find each other; null for <c>Global_</c>.</summary>
    public string? Cloud { get; init; }

    /// <summary>Its properties; the creator in them does not count, and an empty classifier means one made by chance.</summary>
    public PeerGroupProperties Properties { get; init; } = new();

    /// <summary>Whether the node opens it again whenever it starts.</summary>
    public bool IsPersistent { get; init; } = true;

    /// <summary>The port where it listens; 0 for the node's, or a free one.</summary>
    public int Port { get; init; }
}

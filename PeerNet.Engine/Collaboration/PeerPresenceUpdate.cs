namespace PeerNet.Engine.Collaboration;

/// <summary>What is to be different about this node's presence; null for what stays.</summary>
public sealed record PeerPresenceUpdate
{
    /// <summary>What the person is doing.</summary>
    public PeerPresenceStatus? Status { get; init; }

    /// <summary>What the person says to it; up to 255 UTF-16 units.</summary>
    public string? Text { get; init; }

    /// <summary>The name of this endpoint; up to 255.</summary>
    public string? EndpointName { get; init; }
}

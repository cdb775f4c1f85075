namespace PeerNet.Engine.Collaboration;

/// <summary>How somebody signs in.</summary>
public sealed record PeerSignIn
{
    /// <summary>Longest name and text, in UTF-16 units.</summary>
    public const int MaximumText = 255;

    /// <summary>Where. What is there already stays.</summary>
    public PeerCollaborationScope Scope { get; init; } = PeerCollaborationScope.NearMe;

    /// <summary>The peer name of the identity; null for the default one, or the one that is signed in.</summary>
    public string? Identity { get; init; }

    /// <summary>The name of this endpoint; null for the machine's, or the one there is.</summary>
    public string? EndpointName { get; init; }

    /// <summary>What the person wants to be called; null for the identity's friendly name, or the one there is.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Whether the node signs in again, in the same way, whenever it starts; null leaves that as it is, at first false.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>What the person is doing; null for online, or what there is.</summary>
    public PeerPresenceStatus? Status { get; init; }
}

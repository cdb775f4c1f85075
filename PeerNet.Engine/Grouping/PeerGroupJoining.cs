namespace PeerNet.Engine.Grouping;

/// <summary>An invitation that is to be taken.</summary>
public sealed record PeerGroupJoining
{
    /// <summary>The invitation.</summary>
    public required string Invitation { get; init; }

    /// <summary>The peer name of the identity that joins; null for the invited one, or the node's default identity.</summary>
    public string? Identity { get; init; }

    /// <summary>The cloud to look for members in; null for the invitation's.</summary>
    public string? Cloud { get; init; }

    /// <summary>Whether to connect at once. Who joins by password always does, as a member issues the credential then.</summary>
    public bool IsConnected { get; init; }

    /// <summary>How long connecting may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

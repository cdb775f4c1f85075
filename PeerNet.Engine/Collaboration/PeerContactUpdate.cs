namespace PeerNet.Engine.Collaboration;

/// <summary>What is to be different about a contact; null for what stays.</summary>
public sealed record PeerContactUpdate
{
    /// <summary>What the user calls the person; up to 255 UTF-16 units.</summary>
    public string? Nickname { get; init; }

    /// <summary>What the person wants to be called; up to 255.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The person's mail address; up to 255.</summary>
    public string? EmailAddress { get; init; }

    /// <summary>Whether the person's presence is watched.</summary>
    public bool? Watch { get; init; }

    /// <summary>Whether the person sees what is shown to contacts.</summary>
    public PeerWatchPermission? WatchPermission { get; init; }
}

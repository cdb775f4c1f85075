namespace PeerNet.Engine.Grouping;

/// <summary>What is to change of a group. Null leaves a property as it is.</summary>
public sealed record PeerGroupChange
{
    /// <summary>The name people give it.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether this node renews the credentials of others before they end, where its member is an administrator. It
    /// is a setting of the node, for which it needs no key.</summary>
    public bool? RenewsCredentials { get; init; }

    /// <summary>Whether it concerns what all members see.</summary>
    internal bool ConcernsProperties => FriendlyName is not null || Comment is not null;
}

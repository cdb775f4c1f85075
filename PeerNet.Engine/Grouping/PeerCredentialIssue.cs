using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>A new credential for a member of a group (MS-PPSEC 3.1.4.5).</summary>
public sealed record PeerCredentialIssue
{
    /// <summary>The member's peer name.</summary>
    public required string Member { get; init; }

    /// <summary>The role; null for the one it has.</summary>
    public PeerRole? Role { get; init; }

    /// <summary>From when it counts; null for now.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>How long it counts; null for as long as the group's membership lifetime, within the issuer's credential.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Whether it is published in the group, where the member finds it. If not, it is only given back.</summary>
    public bool IsPublished { get; init; } = true;
}

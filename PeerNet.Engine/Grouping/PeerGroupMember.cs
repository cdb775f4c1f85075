using System.Net;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>A member of a group as this node knows it, at the time it was asked.</summary>
public sealed record PeerGroupMember
{
    /// <summary>The group's peer name.</summary>
    public required string Group { get; init; }

    /// <summary>The member's peer name.</summary>
    public required string PeerName { get; init; }

    /// <summary>The name in its credential: what the member, or who invited it, calls it.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>What it may do.</summary>
    public required PeerRole Role { get; init; }

    /// <summary>Whether its credential counts, has expired, does not count yet, or is revoked.</summary>
    public PeerMembership State { get; init; }

    /// <summary>Why it was revoked; null where it was not, or nobody said why.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether a node of it makes its presence known.</summary>
    public bool IsPresent { get; init; }

    /// <summary>Whether it is this node's own member.</summary>
    public bool IsSelf { get; init; }

    /// <summary>Whether it made the group.</summary>
    public bool IsCreator { get; init; }

    /// <summary>Where its nodes listen, as far as they are known.</summary>
    public IPEndPoint[] Addresses { get; init; } = [];

    /// <summary>The ids of its nodes in the graph.</summary>
    public ulong[] NodeIds { get; init; } = [];

    /// <summary>From when its credential counts.</summary>
    public required DateTimeOffset CredentialValidFrom { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset CredentialValidTo { get; init; }

    /// <summary>The peer name of the member that issued the credential; the group's own for the first ones.</summary>
    public required string Issuer { get; init; }

    /// <summary>Its membership certificate (GMC).</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The peer name.</summary>
    public override string ToString() => PeerName;
}

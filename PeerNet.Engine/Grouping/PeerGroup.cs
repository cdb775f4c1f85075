using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>A group as one of its members on this node sees it, at the time it was asked.</summary>
public sealed record PeerGroup
{
    /// <summary>The group's peer name, which is the id of its graph too.</summary>
    public required string PeerName { get; init; }

    /// <summary>The name people give it.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The peer name of this node's member.</summary>
    public required string Identity { get; init; }

    /// <summary>What that member may do; null before it has a credential, as after joining by password and not connecting.</summary>
    public PeerRole? Role { get; init; }

    /// <summary>Whether it is open.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What it is doing.</summary>
    public PeerGraphStatus Status { get; init; }

    /// <summary>The cloud in which members find each other.</summary>
    public required string Cloud { get; init; }

    /// <summary>How far it reaches.</summary>
    public PeerGraphScope Scope { get; init; }

    /// <summary>The security version of its records.</summary>
    public required Version SecurityVersion { get; init; }

    /// <summary>When this member's credential began to count.</summary>
    public DateTimeOffset? CredentialValidFrom { get; init; }

    /// <summary>When it ends; null where there is none.</summary>
    public DateTimeOffset? CredentialExpires { get; init; }

    /// <summary>Why the credential does not count any more; null while it does.</summary>
    public string? Revocation { get; init; }

    /// <summary>Whether this node has the group's own key, by which its properties are changed.</summary>
    public bool HasGroupKey { get; init; }

    /// <summary>Whether this node renews the credentials of others before they end, where its member is an administrator.</summary>
    public bool RenewsCredentials { get; init; }

    /// <summary>Whether the node opens it whenever it starts.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>The port where other members connect; 0 where it does not listen.</summary>
    public int Port { get; init; }

    /// <summary>How many members have a credential that counts; 0 where it is closed.</summary>
    public int Members { get; init; }

    /// <summary>How many members this node is connected with.</summary>
    public int Neighbors { get; init; }

    /// <summary>How many records the database holds, the group's own included; 0 where it is closed.</summary>
    public int Records { get; init; }

    /// <summary>How far this node's clock is ahead of the time that the members agree on.</summary>
    public TimeSpan PeerTimeDelta { get; init; }

    /// <summary>The properties; null where they are not known yet.</summary>
    public PeerGroupProperties? Properties { get; init; }

    /// <summary>A moment of this node's clock in peer time: hundreds of nanoseconds since 1601.</summary>
    public ulong ToPeerTime(DateTimeOffset universalTime) => PeerTime.FromUtc(universalTime, PeerTimeDelta).Ticks;

    /// <summary>The moment of this node's clock that a peer time means.</summary>
    public DateTimeOffset ToUniversalTime(ulong peerTime) => new PeerTime(peerTime).ToUtc(PeerTimeDelta);

    /// <summary>The group's peer name.</summary>
    public override string ToString() => PeerName;
}

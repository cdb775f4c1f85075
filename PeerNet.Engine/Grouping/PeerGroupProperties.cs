using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>What a group is (MS-PPSEC 2.2.3.1). Only friendly name, comment and password can change.</summary>
public sealed record PeerGroupProperties
{
    /// <summary>Longest friendly name and comment, in UTF-16 units.</summary>
    public const int MaximumText = 255;

    /// <summary>Shortest and longest lifetime of a membership record, and the usual one.</summary>
    public static readonly TimeSpan ShortestMemberLifetime = Protocol.Records.SecurityProperties.ShortestMembership;

    /// <inheritdoc cref="ShortestMemberLifetime"/>
    public static readonly TimeSpan LongestMemberLifetime = Protocol.Records.SecurityProperties.LongestMembership;

    /// <inheritdoc cref="ShortestMemberLifetime"/>
    public static readonly TimeSpan UsualMemberLifetime = Protocol.Records.SecurityProperties.UsualMembership;

    /// <summary>Shortest lifetime of presence, and the one where none is given.</summary>
    public static readonly TimeSpan LeastPresenceLifetime = Protocol.Records.SecurityProperties.ShortestPresence;

    /// <summary>A remark, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The classifier of the group's peer name.</summary>
    public string Classifier { get; init; } = "";

    /// <summary>The peer name of who made the group.</summary>
    public string Creator { get; init; } = "";

    /// <summary>How long a membership record lives before it is renewed, and how long new credentials last.</summary>
    public TimeSpan MemberLifetime { get; init; } = UsualMemberLifetime;

    /// <summary>How long a member's presence lasts before it is renewed.</summary>
    public TimeSpan PresenceLifetime { get; init; } = LeastPresenceLifetime;

    /// <summary>Whether members make no presence known.</summary>
    public bool DisablePresence { get; init; }

    /// <summary>Whether records expire only while a node is connected.</summary>
    public bool DeferExpiration { get; init; }

    /// <summary>Whether members publish their membership only when they publish something else.</summary>
    public bool MemberDataOptional { get; init; }

    /// <summary>What lets newcomers in.</summary>
    public PeerGroupAuthentication Authentication { get; init; } = PeerGroupAuthentication.Gmc;

    /// <summary>The role of those who join by password; null where nobody does.</summary>
    public PeerRole? PasswordRole { get; init; }

    /// <summary>What lets newcomers in.</summary>
    public override string ToString() => Authentication.ToString();
}

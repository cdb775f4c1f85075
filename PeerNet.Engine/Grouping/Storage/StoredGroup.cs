using System.Net;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Storage;

/// <summary>What an identity of this node has to remember to enter a group again. Holds no secret; the group's key, where
/// this node has it, lies in a file of its own.</summary>
internal sealed record StoredGroup
{
    /// <summary>Longest friendly name, in UTF-16 code units.</summary>
    public const int MaximumFriendlyName = IIdentityService.MaximumFriendlyName;

    /// <summary>Longest name of a cloud, in UTF-16 code units (MS-PPSEC 2.2.3.1).</summary>
    public const int MaximumCloud = 126;

    /// <summary>The group's peer name.</summary>
    public required PeerName Group { get; init; }

    /// <summary>The member: an identity of this node.</summary>
    public required PeerName Identity { get; init; }

    /// <summary>What people call the group.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The cloud in which members find each other, as the group's properties name it.</summary>
    public required string Cloud { get; init; }

    /// <summary>The group's root certificate (GRC). Null for somebody who has only a password and an invitation without it.</summary>
    public required PeerCertificate? Root { get; init; }

    /// <summary>The member's own credential as PKCS #7. Null for somebody who has only the group's password as yet.</summary>
    public required byte[]? Chain { get; init; }

    /// <summary>Who made the group; null where that is not known yet.</summary>
    public PeerName? Creator { get; init; }

    /// <summary>Whether the node opens the group again when it starts.</summary>
    public bool IsActive { get; init; }

    /// <summary>Whether it is opened then without others: nobody is looked for, nobody let in.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The cloud to look in then; null for <see cref="Cloud"/>.</summary>
    public string? MeetingCloud { get; init; }

    /// <summary>The port to listen on then; 0 for the node's, or a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether direct connections are taken in then.</summary>
    public bool AllowsDirectConnections { get; init; }

    /// <summary>Whether this node renews the credentials of others, where its member may.</summary>
    public bool RenewsCredentials { get; init; } = true;

    /// <summary>Whether this node has the group's own key, as the creator's has.</summary>
    public bool HasGroupKey { get; init; }

    /// <summary>When the group was made or joined here.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What does not fit together; null where all does. Time is not judged: a member whose credential is over still
    /// is one, and gets another.</summary>
    public string? FindFault() =>
        !Group.IsSecure ? "the group's name belongs to no key"
        : !Identity.IsSecure || Creator is { IsSecure: false } ? "a member's name belongs to no key"
        : FriendlyName.Length > MaximumFriendlyName ? "the friendly name is too long"
        : Cloud.Length > MaximumCloud || MeetingCloud is { Length: > MaximumCloud } ? "the name of the cloud is too long"
        : Port is < 0 or > IPEndPoint.MaxPort ? "the port is none"
        : Root is not null && !IsRootOf(Root, Group) ? "the root certificate is not the group's"
        : Chain is not null && !IsCredentialOf(Chain, Group, Identity) ? "the credential is not the member's in this group"
        : HasGroupKey && Root is null ? "there is no root certificate beside the group's key"
        : null;

    /// <summary>Whether a certificate is a group's own: self-signed with the key that the group's name was made from.</summary>
    public static bool IsRootOf(PeerCertificate certificate, PeerName group) =>
        certificate.Type == PeerCertificateType.Root
        && certificate.PublicKey.Algorithms.Suite == PeerSuite.Modern
        && certificate.PeerName == group.Value
        && certificate.PublicKey.ToString() == group.Authority
        && certificate.IsSignedBy(certificate.PublicKey);

    private static bool IsCredentialOf(byte[] chain, PeerName group, PeerName identity) =>
        MembershipChain.TryRead(chain, out MembershipChain? read)
        && GroupCredential.From(read, group, out _) is { } credential
        && credential.Member == identity;
}

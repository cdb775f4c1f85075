using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>An invitation to a group, as it was judged when it was read or made.</summary>
public sealed record PeerGroupInvitation
{
    /// <summary>The document (MS-PPSEC 2.2.6.1). It holds no secret.</summary>
    public required string Xml { get; init; }

    /// <summary>The version of the document.</summary>
    public required string Version { get; init; }

    /// <summary>Whom it is for.</summary>
    public required PeerGroupInvitationKind Kind { get; init; }

    /// <summary>The group's peer name.</summary>
    public required string Group { get; init; }

    /// <summary>The name people give the group.</summary>
    public string FriendlyName { get; init; } = "";

    /// <summary>The cloud in which members find each other.</summary>
    public string Cloud { get; init; } = "";

    /// <summary>The peer name of who is invited; null for everybody who knows the password.</summary>
    public string? Invitee { get; init; }

    /// <summary>The invited identity's name for people.</summary>
    public string? InviteeFriendlyName { get; init; }

    /// <summary>The friendly name of who has issued the credential.</summary>
    public string? Issuer { get; init; }

    /// <summary>The role that it gives; null where the group decides.</summary>
    public PeerRole? Role { get; init; }

    /// <summary>From when the credential counts.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>Whether an identity of this node can take it: the chain is sound, is for that identity, and counts now.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>Why, or why not.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The group's peer name.</summary>
    public override string ToString() => Group;

    /// <summary>What a document says, and what was found of it.</summary>
    internal static PeerGroupInvitation Describe(InvitationDocument document, InvitationVerdict verdict)
    {
        MembershipChain? chain = document.ReadChain();
        PeerCertificate? dated = chain?.Leaf ?? document.Root;
        return new PeerGroupInvitation
        {
            Xml = document.Write(),
            Version = document.Version,
            Kind = document.Kind,
            Group = document.Group.Value,
            FriendlyName = document.GroupFriendlyName,
            Cloud = document.Cloud,
            Invitee = chain?.Leaf.SubjectPeerName,
            InviteeFriendlyName = chain is null ? null : CertificateName.ReadCommonName(chain.Leaf.Subject.Span),
            Issuer = chain is null ? null : CertificateName.ReadCommonName(chain.Certificates[^2].Subject.Span),
            Role = chain?.Leaf.Role,
            ValidFrom = dated?.NotBefore,
            ValidTo = dated?.NotAfter,
            IsTrusted = verdict == InvitationVerdict.Trusted,
            Reason = InvitationErrors.Explain(document, verdict),
        };
    }
}

using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// A member's credential: the group's root certificate (GRC) first, then membership certificates (GMC), the member's own
/// last (MS-PPSEC 1.3.2.2). Such a chain is also a delegation chain, by which members publish the group's name.
/// </summary>
internal sealed class MembershipChain
{
    /// <summary>Most certificates in a chain, the root included.</summary>
    public const int MaximumCertificates = 24;

    private readonly DelegationChain _chain;

    private MembershipChain(DelegationChain chain, byte[] encoded)
    {
        _chain = chain;
        Encoded = encoded;
    }

    /// <summary>The PKCS #7.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The group's root certificate.</summary>
    public PeerCertificate Root => _chain.Certificates[0];

    /// <summary>The member's own certificate.</summary>
    public PeerCertificate Leaf => _chain.Certificates[^1];

    /// <summary>All certificates, the root first.</summary>
    public IReadOnlyList<PeerCertificate> Certificates => _chain.Certificates;

    /// <summary>How far the member is from the group's key: 1 for those whom it signed for itself.</summary>
    public int Depth => Certificates.Count - 1;

    /// <summary>Reads a chain whose certificates all have the right form. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pkcs7, [NotNullWhen(true)] out MembershipChain? chain)
    {
        chain = null;
        if (pkcs7.Length > DelegationChain.MaximumLength)
        {
            return false;
        }

        // One copy serves the chain and its certificates: a node keeps those of all members.
        byte[] encoded = pkcs7.ToArray();
        chain = DelegationChain.TryReadInPlace(encoded, out DelegationChain? read) && read.Certificates.Count > 1
            ? new MembershipChain(read, encoded)
            : null;
        return chain is not null;
    }

    /// <summary>Judges all but the time. Hostile input: nothing throws.</summary>
    /// <param name="group">The group's peer name.</param>
    /// <param name="keys">Where keys are looked for first; null for nowhere.</param>
    public MembershipVerdict Judge(PeerName group, ReadyKeys? keys = null) =>
        Certificates.Count > MaximumCertificates ? MembershipVerdict.TooLong
        : Certificates.Any(certificate => certificate.PeerName != group.Value) ? MembershipVerdict.OtherGroup
        : Root.PublicKey.ToString() != group.Authority ? MembershipVerdict.WrongAuthority
        : !Certificates.Skip(1).All(HasMemberName) ? MembershipVerdict.WrongMemberName
        : IsCircular() ? MembershipVerdict.Circular
        : JudgeLinks() is not MembershipVerdict.Valid and var verdict ? verdict
        : _chain.JudgeForm(keys) switch
        {
            DelegationVerdict.Valid => MembershipVerdict.Valid,
            DelegationVerdict.BadSignature => MembershipVerdict.BadSignature,
            _ => MembershipVerdict.NoChain,
        };

    /// <summary>Whether every certificate is valid at a time.</summary>
    public bool IsValidAt(DateTimeOffset utc) => Certificates.All(certificate => certificate.IsValidAt(utc));

    /// <summary>Whether the credential belongs to a key: the one that its bearer has in TLS (MS-PPSEC 3.2.5.2.3,
    /// 3.2.5.2.4, 3.3.5.2.3).</summary>
    public bool IsFor(PeerPublicKey key) => Leaf.PublicKey.Equals(key);

    // Of all members, not of the last alone: a certificate is revoked by its holder's name.
    private static bool HasMemberName(PeerCertificate certificate) =>
        PeerName.TryParse(certificate.SubjectPeerName, out PeerName? name)
        && name.Authority == certificate.PublicKey.ToString();

    private bool IsCircular()
    {
        HashSet<PeerPublicKey> keys = [];
        return !Certificates.All(certificate => keys.Add(certificate.PublicKey));
    }

    private MembershipVerdict JudgeLinks()
    {
        for (int i = 1; i < Certificates.Count; i++)
        {
            (PeerCertificate issuer, PeerCertificate subject) = (Certificates[i - 1], Certificates[i]);
            if (subject.Role is not { } role
                || (i > 1 && !(issuer.Role is { } issuing && GroupRoles.MayIssue(issuing, role))))
            {
                return MembershipVerdict.RoleNotIssuable;
            }

            if (subject.NotBefore < issuer.NotBefore || subject.NotAfter > issuer.NotAfter)
            {
                return MembershipVerdict.OutsideIssuer;
            }
        }

        return MembershipVerdict.Valid;
    }
}

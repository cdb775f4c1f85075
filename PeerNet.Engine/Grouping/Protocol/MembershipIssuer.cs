using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>Issues credentials by the rules that others judge them by (MS-PPSEC 3.1.4.5, 3.1.7.5).</summary>
/// <param name="certificates">Makes the certificates.</param>
internal sealed class MembershipIssuer(CertificateIssuer certificates)
{
    /// <summary>A credential that the group's own key vouches for.</summary>
    /// <param name="groupKey">The group's key.</param>
    /// <param name="root">The group's root certificate.</param>
    /// <param name="subject">The member's identity certificate.</param>
    /// <param name="role">What the member may do.</param>
    /// <param name="validity">When; inside the root's.</param>
    /// <exception cref="PeerException">The period is not inside the root's.</exception>
    public MembershipChain IssueFirst(
        PeerPrivateKey groupKey, PeerCertificate root, PeerCertificate subject, PeerRole role, CertificateValidity validity) =>
        Extend(groupKey, [root], subject, role, validity);

    /// <summary>A credential that a member vouches for.</summary>
    /// <param name="key">The issuing member's key.</param>
    /// <param name="parent">The issuing member's credential.</param>
    /// <param name="subject">The new member's identity certificate.</param>
    /// <param name="role">What the new member may do.</param>
    /// <param name="validity">When; inside the issuer's.</param>
    /// <exception cref="PeerException">The issuer's role does not allow it, the period is not inside the issuer's, or the
    /// chain would be too long or circular.</exception>
    public MembershipChain Issue(
        PeerPrivateKey key, MembershipChain parent, PeerCertificate subject, PeerRole role, CertificateValidity validity)
    {
        if (!GroupRoles.MayIssue(parent.Leaf.Role ?? PeerRole.Member, role))
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"This member's role, {parent.Leaf.Role}, may not give the role {role}.", role);
        }

        return parent.Certificates.Count < MembershipChain.MaximumCertificates
            ? Extend(key, parent.Certificates, subject, role, validity)
            : throw PeerErrors.ChainTooLong.Exception(
                $"The credential would have more than {MembershipChain.MaximumCertificates} certificates; a member nearer "
                + "to the creator must issue it.");
    }

    private MembershipChain Extend(
        PeerPrivateKey key,
        IReadOnlyList<PeerCertificate> parent,
        PeerCertificate subject,
        PeerRole role,
        CertificateValidity validity)
    {
        PeerCertificate issuer = parent[^1];
        if (validity.NotBefore < issuer.NotBefore || validity.NotAfter > issuer.NotAfter
            || validity.NotAfter <= validity.NotBefore)
        {
            throw PeerErrors.InvalidTimePeriod.Exception(
                $"The credential must be valid inside its issuer's, from {issuer.NotBefore:u} to {issuer.NotAfter:u}.",
                validity.NotAfter);
        }

        if (parent.Any(certificate => certificate.PublicKey.Equals(subject.PublicKey)))
        {
            throw PeerErrors.CircularChainDetected.Exception(
                "A member cannot get a credential that depends on one of its own.", subject.SubjectPeerName);
        }

        DelegationGrant grant = new(issuer.PeerName!, role, GroupRoles.ClassifiersOf(role));
        byte[] member = certificates.IssueMember(key, issuer, subject, grant, validity);
        byte[] encoded = Pkcs7Certificates.Encode([.. parent.Select(one => one.RawData), member]);
        return MembershipChain.TryRead(encoded, out MembershipChain? chain)
            ? chain
            : throw PeerErrors.ChainTooLong.Exception(
                $"The credential would be larger than {DelegationChain.MaximumLength / 1024} KiB.");
    }
}

using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Documents;

/// <summary>Judges invitations. The certificates come before whom it is for, and both before the time: of what is forged
/// nothing else matters.</summary>
internal static class InvitationJudge
{
    // Bounds the look at a chain that is too long; more certificates do not fit into a document.
    private const int MostCertificates = 4096;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <summary>Judges an invitation. Hostile input: nothing throws.</summary>
    /// <param name="document">The invitation.</param>
    /// <param name="identities">The identities that may join by it.</param>
    /// <param name="utc">The time.</param>
    public static InvitationVerdict Judge(
        InvitationDocument document, IReadOnlyDictionary<PeerName, PeerPublicKey> identities, DateTimeOffset utc) =>
        document.Chain is not null ? JudgeCredential(document, identities, utc)

        // Without a certificate the group's name has to do, which was made from its key.
        : document.Root is not { } root ? InvitationVerdict.Trusted
        : StoredGroup.IsRootOf(root, document.Group) ? JudgeTime(root, utc)
        : InvitationVerdict.Forged;

    private static InvitationVerdict JudgeCredential(
        InvitationDocument document, IReadOnlyDictionary<PeerName, PeerPublicKey> identities, DateTimeOffset utc) =>
        IsTooLong(document.Chain) ? InvitationVerdict.TooLong
        : document.ReadChain() is not { } chain || !IsModern(chain) ? InvitationVerdict.Malformed
        : Translate(chain.Judge(document.Group)) is not InvitationVerdict.Trusted and var verdict ? verdict
        : !IsForOneOf(chain.Leaf, identities) ? InvitationVerdict.NotForThisIdentity
        : JudgeTime(chain.Leaf, utc);

    private static bool IsTooLong(byte[]? chain) =>
        Pkcs7Certificates.TryDecode(chain, MostCertificates, out List<ReadOnlyMemory<byte>>? certificates)
        && certificates.Count > MembershipChain.MaximumCertificates;

    private static bool IsModern(MembershipChain chain) =>
        chain.Certificates.All(certificate => certificate.PublicKey.Algorithms.Suite == PeerSuite.Modern);

    private static bool IsForOneOf(PeerCertificate leaf, IReadOnlyDictionary<PeerName, PeerPublicKey> identities) =>
        PeerName.TryParse(leaf.SubjectPeerName, out PeerName? invitee)
        && identities.TryGetValue(invitee, out PeerPublicKey? key)
        && key.Equals(leaf.PublicKey);

    // Certificates lie inside their issuers', so that the last one says it for all. What begins soon is for the group's time to
    // judge, which the node learns from the members.
    private static InvitationVerdict JudgeTime(PeerCertificate certificate, DateTimeOffset utc) =>
        utc > certificate.NotAfter ? InvitationVerdict.Expired
        : certificate.NotBefore - utc > ClockTolerance ? InvitationVerdict.ClockBehind
        : InvitationVerdict.Trusted;

    private static InvitationVerdict Translate(MembershipVerdict verdict) => verdict switch
    {
        MembershipVerdict.Valid => InvitationVerdict.Trusted,
        MembershipVerdict.TooLong => InvitationVerdict.TooLong,
        MembershipVerdict.OtherGroup => InvitationVerdict.OtherGroup,
        MembershipVerdict.Circular => InvitationVerdict.Circular,
        MembershipVerdict.RoleNotIssuable => InvitationVerdict.RoleNotIssuable,
        MembershipVerdict.OutsideIssuer => InvitationVerdict.OutsideIssuer,
        MembershipVerdict.BadSignature => InvitationVerdict.BadSignature,
        MembershipVerdict.WrongAuthority or MembershipVerdict.WrongMemberName or MembershipVerdict.NoChain =>
            InvitationVerdict.Forged,
        _ => InvitationVerdict.Malformed,
    };
}

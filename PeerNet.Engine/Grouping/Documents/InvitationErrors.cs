using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Documents;

/// <summary>Says why one can or cannot join by an invitation, and what to do.</summary>
internal static class InvitationErrors
{
    private const string AskAgain = "Do not join by it; ask an administrator of the group for another one.";

    /// <summary>One sentence for people, fit for a terminal.</summary>
    public static string Explain(InvitationDocument document, InvitationVerdict verdict) =>
        TerminalText.Escape(Describe(document, verdict));

    /// <summary>The error for a document that is no invitation, or of another version.</summary>
    /// <param name="fault">Not <see cref="InvitationFault.None"/>.</param>
    /// <param name="target">The caller's input.</param>
    public static PeerException From(InvitationFault fault, object? target = null) => fault switch
    {
        InvitationFault.NotXml => PeerErrors.InvalidCredential.Exception(
            $"The invitation is no XML without document type of at most {SafeXml.MaximumCharacters} characters and "
            + $"{SafeXml.MaximumDepth} levels. Perhaps it was cut; have it sent as a file.",
            target),
        InvitationFault.NotInvitation => PeerErrors.InvalidCredential.Exception(
            "The document is no invitation to a group (PEERINVITATION); New-PeerGroupInvitation makes one.", target),
        InvitationFault.UnsupportedVersion => PeerErrors.UnsupportedVersion.Exception(
            "The invitation has a version that cannot be read here, which is 2.x; invitations of Windows are 1.x, later "
            + "ones need a later version of PeerNet.",
            target),
        InvitationFault.Malformed => PeerErrors.InvalidCredential.Exception(
            "The invitation is damaged: an element is missing, is there twice, or cannot be read. Have it sent again.", target),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "The document can be read."),
    };

    /// <summary>The error for an invitation that nobody here can join by.</summary>
    /// <param name="document">The invitation.</param>
    /// <param name="verdict">Not <see cref="InvitationVerdict.Trusted"/>.</param>
    public static PeerException From(InvitationDocument document, InvitationVerdict verdict)
    {
        (PeerError error, string remedy) = verdict switch
        {
            InvitationVerdict.Malformed => (PeerErrors.InvalidCredential, "Have it sent again, as a file."),
            InvitationVerdict.TooLong => (PeerErrors.ChainTooLong, "A member nearer to the creator must invite."),
            InvitationVerdict.Circular => (PeerErrors.CircularChainDetected, AskAgain),
            InvitationVerdict.NotForThisIdentity => (
                PeerErrors.InvalidCredential,
                "Join as that identity, or send the inviter what Export-PeerIdentity -Public says of one of this node's."),
            InvitationVerdict.Expired => (
                PeerErrors.InvalidTimePeriod, "Ask a member of the group for another one; if it is new, see whether this machine's clock is right."),
            InvitationVerdict.ClockBehind => (
                PeerErrors.TimeSkew, "Set the clock of this machine; if it is right, the inviter's is wrong."),
            InvitationVerdict.OtherGroup or InvitationVerdict.Forged or InvitationVerdict.BadSignature
                or InvitationVerdict.RoleNotIssuable or InvitationVerdict.OutsideIssuer =>
                (PeerErrors.InvitationNotTrusted, AskAgain),
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "The invitation is trusted."),
        };
        return error.Exception(
            $"The invitation to the group '{document.Group}' cannot be taken. {Describe(document, verdict)} {remedy}",
            document.Group.Value);
    }

    private static string Describe(InvitationDocument document, InvitationVerdict verdict)
    {
        PeerCertificate? certificate = document.ReadChain()?.Leaf ?? document.Root;
        return verdict switch
        {
            InvitationVerdict.Trusted when document.Chain is null => "Whoever knows the group's password can join by it.",
            InvitationVerdict.Trusted =>
                $"The group's key vouches for it, it is for '{certificate?.SubjectPeerName}', and it is valid until "
                + $"{certificate?.NotAfter:u}.",
            InvitationVerdict.TooLong =>
                $"Its credential has more than {MembershipChain.MaximumCertificates} certificates.",
            InvitationVerdict.Circular => "The same key stands in its credential twice.",
            InvitationVerdict.OtherGroup => "Its credential is one of another group.",
            InvitationVerdict.Forged => "Its certificates do not belong to the group's key and a member's.",
            InvitationVerdict.BadSignature =>
                "A certificate in it was not signed by its issuer, or was changed after that.",
            InvitationVerdict.RoleNotIssuable => "It gives a role that its issuer may not give.",
            InvitationVerdict.OutsideIssuer => "It is valid when its issuer's own credential is not.",
            InvitationVerdict.NotForThisIdentity =>
                $"It is for '{certificate?.SubjectPeerName}', and for no other identity.",
            InvitationVerdict.Expired => $"It expired at {certificate?.NotAfter:u}.",
            InvitationVerdict.ClockBehind =>
                $"It is valid only from {certificate?.NotBefore:u}, which is more than a day from now by this machine's clock.",
            _ => "Its credential cannot be read.",
        };
    }
}

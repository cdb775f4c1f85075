using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What the roles of a group may do (MS-PPSEC 2.2.5.3).</summary>
internal static class GroupRoles
{
    /// <summary>The classifier under which members publish themselves (MS-PPSEC 1.3.2.4).</summary>
    public const string Participant = "participant";

    private static readonly string[] Everything = [];
    private static readonly string[] ParticipantAlone = [Participant];

    /// <summary>Bytes of a role's id.</summary>
    public const int IdLength = CertificateExtensionCodec.RoleLength;

    /// <summary>The UUID of a role, in network order.</summary>
    public static ReadOnlySpan<byte> IdOf(PeerRole role) => CertificateExtensionCodec.IdOf(role);

    /// <summary>Reads the UUID of a role.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> id, out PeerRole role)
    {
        PeerRole? found = CertificateExtensionCodec.ToRole(id);
        role = found ?? default;
        return found is not null;
    }

    /// <summary>Whether a member may issue a credential with a role.</summary>
    public static bool MayIssue(PeerRole issuer, PeerRole issued) => issuer switch
    {
        PeerRole.Admin => true,
        PeerRole.InvitingMember => issued != PeerRole.Admin,
        _ => false,
    };

    /// <summary>Whether a member may change and delete what others have published.</summary>
    public static bool MayChangeOthers(PeerRole role) => role == PeerRole.Admin;

    /// <summary>The classifiers that a credential with a role is issued for; empty for all.</summary>
    public static IReadOnlyList<string> ClassifiersOf(PeerRole role) =>
        role == PeerRole.Admin ? Everything : ParticipantAlone;
}

namespace PeerNet.Engine.Security;

/// <summary>What a delegate, or a member of a group, may do (MS-PNRP 2.2.3.5.1.4, MS-PPSEC 2.2.5.3). The greater value
/// includes the lesser.</summary>
public enum PeerRole
{
    /// <summary>Uses the classifiers that it was given, as they are.</summary>
    Member,

    /// <summary>Extends its classifiers and delegates further; not an administrator of a group.</summary>
    InvitingMember,

    /// <summary>Extends its classifiers and delegates further.</summary>
    Admin,
}

namespace PeerNet.PowerShell;

/// <summary>What a member of a group may do. The greater value includes the lesser.</summary>
public enum PeerGroupRole
{
    /// <summary>Reads and publishes.</summary>
    Member,

    /// <summary>Invites others.</summary>
    InvitingMember,

    /// <summary>Gives roles, revokes members, and changes and removes the records of others.</summary>
    Admin,
}

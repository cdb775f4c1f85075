namespace PeerNet.Engine.Grouping;

/// <summary>Whom an invitation is for.</summary>
public enum PeerGroupInvitationKind
{
    /// <summary>One identity, whose credential it carries.</summary>
    Identity,

    /// <summary>Everybody who knows the group's password.</summary>
    Password,
}

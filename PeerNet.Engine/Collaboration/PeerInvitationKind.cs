namespace PeerNet.Engine.Collaboration;

/// <summary>What an invitation is to.</summary>
public enum PeerInvitationKind
{
    /// <summary>A program that both have registered.</summary>
    Application,

    /// <summary>A group.</summary>
    Group,
}

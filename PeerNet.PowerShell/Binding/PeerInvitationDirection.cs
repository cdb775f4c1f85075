namespace PeerNet.PowerShell;

/// <summary>Which invitations are meant.</summary>
public enum PeerInvitationDirection
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>Those that this node has sent.</summary>
    Sent,

    /// <summary>Those that were sent to this node.</summary>
    Received,
}

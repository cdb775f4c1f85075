namespace PeerNet.PowerShell;

/// <summary>How far an invitation is.</summary>
public enum PeerInvitationState
{
    /// <summary>Nobody has answered yet.</summary>
    Pending,

    /// <summary>It was accepted.</summary>
    Accepted,

    /// <summary>It was declined.</summary>
    Declined,

    /// <summary>Nobody has answered in time.</summary>
    Expired,

    /// <summary>Who sent it took it back, or another endpoint of the person answered.</summary>
    Cancelled,
}

namespace PeerNet.PowerShell;

/// <summary>What is done about an invitation.</summary>
public enum PeerInvitationResponse
{
    /// <summary>A received one is accepted.</summary>
    Accept,

    /// <summary>A received one is declined.</summary>
    Decline,

    /// <summary>A sent one is taken back.</summary>
    Cancel,
}

namespace PeerNet.PowerShell;

/// <summary>What a person is doing.</summary>
public enum PeerPresenceStatus
{
    /// <summary>Not there, or not to be seen: nothing is shown to anybody.</summary>
    Offline,

    /// <summary>Out to lunch.</summary>
    OutToLunch,

    /// <summary>Away.</summary>
    Away,

    /// <summary>Back in a moment.</summary>
    BeRightBack,

    /// <summary>At a machine that nobody uses now.</summary>
    Idle,

    /// <summary>Not to be disturbed.</summary>
    Busy,

    /// <summary>On the phone.</summary>
    OnThePhone,

    /// <summary>There.</summary>
    Online,
}

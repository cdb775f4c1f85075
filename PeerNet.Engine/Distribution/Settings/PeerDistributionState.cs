namespace PeerNet.Engine.Distribution;

/// <summary>Whether distribution works (PEERDIST_STATUS).</summary>
public enum PeerDistributionState
{
    /// <summary>Switched off.</summary>
    Disabled,

    /// <summary>Switched on, but something it needs is missing.</summary>
    Unavailable,

    /// <summary>Working.</summary>
    Available,
}

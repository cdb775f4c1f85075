namespace PeerNet.PowerShell;

/// <summary>What an administrator wants a cloud to be.</summary>
public enum PeerCloudSwitch
{
    /// <summary>Open.</summary>
    Open,

    /// <summary>Closed, until it is opened again.</summary>
    Closed,
}

namespace PeerNet.PowerShell;

/// <summary>The components of a node that can be started ahead of their first use.</summary>
public enum PeerComponent
{
    /// <summary>Peer names and clouds.</summary>
    Pnrp,

    /// <summary>Content distribution.</summary>
    Distribution,

    /// <summary>Every component.</summary>
    All,
}

namespace PeerNet.PowerShell;

/// <summary>What a node is asked with.</summary>
public enum PeerEndpointProtocol
{
    /// <summary>PNRP, over UDP.</summary>
    Pnrp,

    /// <summary>Graphing, over TCP.</summary>
    Graph,
}

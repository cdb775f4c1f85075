namespace PeerNet.PowerShell;

/// <summary>The components of a node that can be started ahead of their first use.</summary>
public enum PeerComponent
{
    /// <summary>Peer names and clouds.</summary>
    Pnrp,

    /// <summary>Graphs: nothing is opened before a graph is.</summary>
    Graph,

    /// <summary>Content distribution.</summary>
    Distribution,

    /// <summary>Every component.</summary>
    All,
}

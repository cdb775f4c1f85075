namespace PeerNet.PowerShell;

/// <summary>How much a node logs: what is at least as serious as this.</summary>
public enum PeerLogLevel
{
    /// <summary>Every step.</summary>
    Trace,

    /// <summary>What helps to find a fault.</summary>
    Debug,

    /// <summary>What it does.</summary>
    Information,

    /// <summary>What somebody should look at.</summary>
    Warning,

    /// <summary>What did not work.</summary>
    Error,

    /// <summary>What keeps the node from working at all.</summary>
    Critical,

    /// <summary>Nothing.</summary>
    None,
}

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>How much a node logs: what is at least as serious as this.</summary>
public enum PeerLogLevel
{
    /// <summary>Every step.</summary>
    Trace,

    /// <summary>What helps to find a fault, such as who was asked and has not answered.</summary>
    Debug,

    /// <summary>What it does: components that start, names, graphs and content that come and go.</summary>
    Information,

    /// <summary>What somebody should look at, while all goes on.</summary>
    Warning,

    /// <summary>What did not work.</summary>
    Error,

    /// <summary>What keeps the node from working at all.</summary>
    Critical,

    /// <summary>Nothing.</summary>
    None,
}

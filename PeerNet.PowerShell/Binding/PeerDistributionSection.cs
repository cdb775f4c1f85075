namespace PeerNet.PowerShell;

/// <summary>The parts of the state of content distribution.</summary>
public enum PeerDistributionSection
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>What concerns downloads.</summary>
    Client,

    /// <summary>What concerns publishing.</summary>
    ContentServer,

    /// <summary>What concerns hosted caches.</summary>
    HostedCache,

    /// <summary>Ports and addresses.</summary>
    Network,
}

namespace PeerNet.PowerShell;

/// <summary>What a node does with content.</summary>
public enum PeerDistributionMode
{
    /// <summary>Nothing: no cache, no network.</summary>
    Disabled,

    /// <summary>A cache of its own, and no network.</summary>
    Local,

    /// <summary>A cache that serves the peers on its links and asks theirs.</summary>
    Distributed,

    /// <summary>Asks a hosted cache, and offers it what it got elsewhere.</summary>
    HostedClient,

    /// <summary>Is the hosted cache of its site.</summary>
    HostedServer,
}

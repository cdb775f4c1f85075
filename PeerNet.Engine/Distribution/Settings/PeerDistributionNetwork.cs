using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution;

/// <summary>Ports and addresses, for whoever sets up the firewall.</summary>
public sealed record PeerDistributionNetwork
{
    /// <summary>TCP port of retrieval; 0 where it does not listen.</summary>
    public int RetrievalPort { get; init; }

    /// <summary>UDP port of discovery; 0 where it does not listen.</summary>
    public int DiscoveryPort { get; init; }

    /// <summary>TCP port of offers over HTTPS; 0 where it does not listen.</summary>
    public int HostedCachePort { get; init; }

    /// <summary>What a firewall must let in, such as <c>TCP 8008 (retrieval)</c>, be it listened on already or not.</summary>
    public PeerPort[] PortsToOpen { get; init; } = [];

    /// <summary>Those of <see cref="PortsToOpen"/> that nobody listens on now, each with the reason.</summary>
    public string[] NotListening { get; init; } = [];

    /// <summary>What a firewall must let in.</summary>
    public override string ToString() => PortsToOpen.Length > 0 ? string.Join<PeerPort>(", ", PortsToOpen) : "no ports";
}

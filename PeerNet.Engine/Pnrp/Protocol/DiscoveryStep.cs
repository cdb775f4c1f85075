namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The ways to find other nodes, in the order in which they are tried (MS-PNRP 3.1.4.2).</summary>
internal enum DiscoveryStep
{
    /// <summary>Addresses remembered from earlier (LocalOOB).</summary>
    CachedAddresses,

    /// <summary>SSDP on the link.</summary>
    Multicast,

    /// <summary>The configured seed servers.</summary>
    Seeds,
}

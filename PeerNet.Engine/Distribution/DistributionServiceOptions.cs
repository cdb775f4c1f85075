using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution;

/// <summary>What a node's content distribution is started with; settings that people change are kept in its folder.</summary>
internal sealed record DistributionServiceOptions
{
    /// <summary>The port of retrieval where none is asked for: 80 (MS-CCROD 2.3.2) needs privilege on many systems.</summary>
    public const int DefaultRetrievalPort = 8008;

    /// <summary>The port of offers over HTTPS where none is asked for, for the same reason.</summary>
    public const int DefaultOfferPort = 8443;

    /// <summary>The folder for its state, which exists and is this node's alone.</summary>
    public required string Folder { get; init; }

    /// <summary>The local addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>The port of retrieval that was asked for when the node was started; it comes before that of the settings.</summary>
    public int? RetrievalPort { get; init; }

    /// <summary>The port of discovery.</summary>
    public int DiscoveryPort { get; init; } = Discovery.DiscoveryRunner.DefaultPort;

    /// <summary>Connections of others to all of its HTTP servers.</summary>
    public int MaximumConnections { get; init; } = DescriptorShares.MaximumHttp;

    /// <summary>The only roots by which hosted caches are known over HTTPS (MS-PCHC 3.2.3); empty for those that the system
    /// trusts.</summary>
    public IReadOnlyList<X509Certificate2> HostedCacheRoots { get; init; } = [];
}

using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution;

/// <summary>What the parts of content distribution are made of.</summary>
internal sealed record DistributionContext(
    DistributionServiceOptions Options,
    DistributionStores Stores,
    INetworkInterfaces Interfaces,
    IMulticastNetwork Multicast,
    IDistributionObserver Observer,
    TimeProvider Time,
    IRandomSource Random,
    ILoggerFactory LoggerFactory);

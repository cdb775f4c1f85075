using System.Globalization;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Distribution;

internal sealed partial class DistributionService
{
    // What the counters were when they were last reset.
    private Dictionary<string, long> _baseline = [];

    private PeerDistributionStatus Describe(DistributionStores stores)
    {
        DistributionSettings settings = stores.Settings.Current;
        (PeerDistributionState state, string? reason) = Judge(settings);
        return new()
        {
            Status = state,
            Reason = reason,
            Mode = settings.Mode,
            Client = new()
            {
                PreferredVersion = settings.PreferredVersion,
                MinimumLatency = settings.MinimumLatency,
                ServeOnBattery = settings.ServeOnBattery,
                IsOnBattery = _battery.IsInUse,
                MaxConcurrentUpload = settings.EffectiveUploads,
            },
            ContentServer = new(
                [.. stores.ContentServer.Prefixes.Select(prefix => prefix.ToString())],
                stores.Publisher.Count,
                stores.Secrets.Created),
            HostedCache = new()
            {
                Servers = settings.HostedCacheServers,
                Version = settings.HostedCacheVersion,
                CertificateThumbprint = stores.Certificate.Current?.Thumbprint,
                HeldSegments = stores.Cache.Count,
                PendingFetches = _network?.PendingFetches ?? 0,
                PendingOffers = _network?.PendingOffers ?? 0,
            },
            Network = DescribeNetwork(stores),
            Statistics = Count(stores).ToDictionary(
                counter => counter.Key, counter => counter.Value - _baseline.GetValueOrDefault(counter.Key)),
        };
    }

    private (PeerDistributionState State, string? Reason) Judge(DistributionSettings settings)
    {
        if (settings.Mode == PeerDistributionMode.Disabled)
        {
            return (PeerDistributionState.Disabled, "It is switched off; Set-PeerDistribution -Mode Distributed switches it on.");
        }

        return settings.Discovers && _network is { HasLinks: false }
            ? (PeerDistributionState.Unavailable, "No interface of this machine has multicast: peers cannot be found.")
            : (PeerDistributionState.Available, null);
    }

    private PeerDistributionNetwork DescribeNetwork(DistributionStores stores)
    {
        int retrieval = _network?.RetrievalPort ?? 0;
        int discovery = _network?.DiscoveryPort ?? 0;
        int offers = _network?.OfferPort ?? 0;
        bool takesOffers = stores.Settings.Current is { Mode: PeerDistributionMode.HostedServer, HostedCacheVersion: 2 };
        IEnumerable<(string Protocol, int Port, string Use)> ports =
        [
            ("TCP", retrieval, takesOffers ? "retrieval, and offers over HTTP" : "retrieval"),
            ("UDP", discovery, "discovery"),
            ("TCP", offers, "offers over HTTPS"),
            .. stores.ContentServer.Prefixes.Select(prefix => ("TCP", prefix.Port, "content server")),
        ];
        return new()
        {
            RetrievalPort = retrieval,
            DiscoveryPort = discovery,
            HostedCachePort = offers,
            PortsToOpen =
            [
                .. ports.Where(port => port.Port > 0).Distinct().Select(port => string.Create(
                    CultureInfo.InvariantCulture, $"{port.Protocol} {port.Port} ({port.Use})")),
            ],
        };
    }

    private Dictionary<string, long> Count(DistributionStores stores)
    {
        CacheStatistics cache = stores.Cache.Statistics;
        return new(_network?.Count() ?? [])
        {
            ["CacheBlocksStored"] = cache.BlocksStored,
            ["CacheBlocksRead"] = cache.BlocksRead,
            ["CacheBlocksDamaged"] = cache.BlocksDamaged,
            ["CacheStoresFailed"] = cache.StoresFailed,
            ["CacheSegmentsEvicted"] = cache.SegmentsEvicted,
        };
    }
}

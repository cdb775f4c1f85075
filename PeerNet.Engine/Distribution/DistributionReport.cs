using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Distribution;

/// <summary>Distribution as it is now: whether it works, what it listens on, what it has counted.</summary>
internal sealed class DistributionReport(DistributionHost host, DistributionServiceOptions options)
{
    private const string NothingToServe =
        "There is nothing to serve yet. Publishing, receiving, or Start-PeerNode -Component Distribution opens it.";

    // What the counters were when they were last reset.
    private Dictionary<string, long> _baseline = [];

    /// <summary>Whether it listens.</summary>
    public bool IsServing => host.Network is not null || ContentPorts.Length > 0;

    /// <summary>The ports it listens on, by what for.</summary>
    public IReadOnlyDictionary<string, int> Ports
    {
        get
        {
            int[] content = ContentPorts;
            return new (string Name, int Port)[]
            {
                ("Retrieval", host.Network?.RetrievalPort ?? 0),
                ("Discovery", host.Network?.DiscoveryPort ?? 0),
                ("Offers", host.Network?.OfferPort ?? 0),
            }
                .Where(port => port.Port > 0)
                .Concat(content.Select(port => (content.Length == 1 ? "Content" : $"Content {port}", port)))
                .ToDictionary(port => port.Item1, port => port.Item2);
        }
    }

    /// <summary>What a firewall must let in, listened on already or not.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen
    {
        get
        {
            DistributionStores? stores = host.Stores;
            return [.. ListPorts(stores?.Settings.Current ?? new(), stores).Select(port => port.Port).Distinct()];
        }
    }

    /// <summary>All of it.</summary>
    public async Task<PeerDistributionStatus> DescribeAsync(DistributionStores stores)
    {
        DistributionSettings settings = stores.Settings.Current;
        (PeerDistributionState state, string? reason) = Judge(stores);
        (int offers, int fetches) = host.Network is { } network ? await network.CountPendingAsync().ConfigureAwait(false) : default;
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
                IsOnBattery = host.Battery.IsInUse,
                MaxConcurrentUpload = settings.EffectiveUploads,
                Cipher = settings.Cipher,
                AllowUnencrypted = settings.AllowUnencrypted,
            },
            ContentServer = new(
                [
                    .. stores.ContentServer.Prefixes
                        .Where(prefix => prefix.Failure is null).Select(prefix => prefix.Prefix.ToString()),
                ],
                stores.Publisher.Count,
                stores.Secrets.Created),
            HostedCache = new()
            {
                Servers = [.. settings.HostedCacheServers],
                Version = settings.HostedCacheVersion,
                CertificateThumbprint = stores.Certificate.Current?.Thumbprint,
                HeldSegments = stores.Cache.Count,
                PendingFetches = fetches,
                PendingOffers = offers,
            },
            Network = DescribeNetwork(stores),
            Statistics = Count(stores).ToDictionary(
                counter => counter.Key, counter => counter.Value - _baseline.GetValueOrDefault(counter.Key)),
        };
    }

    /// <summary>The names of all that is counted anywhere, be it opened or not.</summary>
    public static IReadOnlyList<string> CounterNames { get; } =
    [
        .. CounterSet<RetrievalCounter>.NamesOf("Retrieval"),
        .. CounterSet<DiscoveryCounter>.NamesOf("Discovery"),
        .. CounterSet<OfferClientCounter>.NamesOf("Offer"),
        .. CounterSet<OfferServerCounter>.NamesOf("HostedCache"),
        .. CounterSet<FetchCounter>.NamesOf("Fetch"),
        .. CounterSet<HttpCounter>.NamesOf("Http"),
        HttpShare.TurnedAway,
        .. CounterSet<CacheCounter>.NamesOf("Cache"),
        .. CounterSet<DownloadCounter>.NamesOf("Download"),
    ];

    /// <summary>What there is to measure, counted since the node started; null while nobody has used any of it.</summary>
    public DistributionFigures? Measure() => host.Stores is { } stores
        ? new(Count(stores), stores.Cache.Administration.Get(selection: null), stores.Publisher.Count)
        : null;

    /// <summary>Counts from here on.</summary>
    public void ResetCounters(DistributionStores stores) => _baseline = Count(stores);

    private int[] ContentPorts =>
    [
        .. (host.Stores?.ContentServer.Prefixes ?? [])
            .Where(prefix => prefix.Failure is null).Select(prefix => prefix.Prefix.Port).Distinct(),
    ];

    private (PeerDistributionState State, string? Reason) Judge(DistributionStores stores)
    {
        DistributionSettings settings = stores.Settings.Current;
        if ((host.NetworkFailure ?? FindFailure(stores)) is { } failure)
        {
            return (PeerDistributionState.Unavailable, failure);
        }

        if (settings.Mode == PeerDistributionMode.Disabled)
        {
            return (PeerDistributionState.Disabled, "It is switched off; Set-PeerDistribution -Mode Distributed switches it on.");
        }

        return settings.Discovers && host.Network is { HasLinks: false }
            ? (PeerDistributionState.Unavailable, "No interface of this machine has multicast: peers cannot be found.")
            : (PeerDistributionState.Available, null);
    }

    private static string? FindFailure(DistributionStores stores) => stores.ContentServer.Prefixes
        .Where(prefix => prefix.Failure is not null)
        .Select(prefix => $"{prefix.Prefix} is not served: {prefix.Failure}")
        .FirstOrDefault();

    private PeerDistributionNetwork DescribeNetwork(DistributionStores stores)
    {
        List<(PeerPort Port, string? WhyNot)> ports = [.. ListPorts(stores.Settings.Current, stores)];
        return new()
        {
            RetrievalPort = host.Network?.RetrievalPort ?? 0,
            DiscoveryPort = host.Network?.DiscoveryPort ?? 0,
            HostedCachePort = host.Network?.OfferPort ?? 0,
            PortsToOpen = [.. ports.Select(port => port.Port).Distinct()],
            NotListening =
            [
                .. ports.Where(port => port.WhyNot is not null).Select(port => $"{port.Port}: {port.WhyNot}").Distinct(),
            ],
        };
    }

    // The ports there are, with the reason why nobody listens there; such a one will be taken if it is free.
    private IEnumerable<(PeerPort Port, string? WhyNot)> ListPorts(DistributionSettings settings, DistributionStores? stores)
    {
        DistributionNetwork? network = host.Network;
        bool isServer = settings.Mode == PeerDistributionMode.HostedServer;
        string? whyNot = network is null ? host.NetworkFailure ?? NothingToServe : null;
        if (settings.Serves)
        {
            string use = isServer && settings.HostedCacheVersion == 2 ? "retrieval, and offers over HTTP" : "retrieval";
            int port = network?.RetrievalPort
                ?? options.RetrievalPort ?? settings.Port ?? DistributionServiceOptions.DefaultRetrievalPort;
            yield return (new("TCP", port, use), whyNot);
        }

        if (settings.Discovers)
        {
            yield return (new("UDP", options.DiscoveryPort, "discovery") { IsMulticast = true }, whyNot);
        }

        if (isServer && stores?.Certificate.Current is not null)
        {
            int port = network?.OfferPort ?? settings.HostedCachePort ?? DistributionServiceOptions.DefaultOfferPort;
            yield return (new("TCP", port, "offers over HTTPS"), whyNot);
        }

        foreach (ContentServerPrefix prefix in stores?.ContentServer.Prefixes ?? [])
        {
            yield return (new("TCP", prefix.Prefix.Port, "content server"), prefix.Failure);
        }
    }

    private Dictionary<string, long> Count(DistributionStores stores) => new(
        (host.Network?.Count() ?? []).Concat(stores.Http.ToDictionary())
        .Concat(stores.Cache.Counters.ToDictionary()).Concat(stores.Downloads.ToDictionary()));
}

/// <summary>What content distribution has to measure.</summary>
/// <param name="Counters">Counters by name.</param>
/// <param name="Cache">The cache.</param>
/// <param name="Published">How much is published.</param>
internal sealed record DistributionFigures(IReadOnlyDictionary<string, long> Counters, PeerCache Cache, int Published);

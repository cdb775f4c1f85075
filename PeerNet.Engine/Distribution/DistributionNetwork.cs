using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Settings;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution;

/// <summary>What a mode has on the network: retrieval and discovery, as server and as client. It lasts until the settings
/// change.</summary>
internal sealed partial class DistributionNetwork : IAsyncDisposable
{
    private const int MaximumRetrievalBody = 128 * 1024;

    private readonly DistributionContext _context;
    private readonly DistributionSettings _settings;
    private readonly Battery _battery;
    private readonly RetrievalClient _client;
    private readonly HttpRouter _router = new();
    private RetrievalServer? _server;
    private DiscoveryRunner? _discovery;
    private HashRequestService? _hashRequests;
    private HttpServer? _http;

    private DistributionNetwork(DistributionContext context, DistributionSettings settings, Battery battery)
    {
        _context = context;
        _settings = settings;
        _battery = battery;
        SocketsHttpHandler handler = RetrievalTransport.CreateHandler(RetrievalOptions);
        OfferTransport.Trust(handler, context.Options.HostedCacheRoots);
        _client = new RetrievalClient(
            RetrievalOptions, context.Random, context.Time, context.LoggerFactory.CreateLogger<RetrievalClient>(), handler);
        Downloader = CreateDownloader();
    }

    /// <summary>Downloads by the mode's means.</summary>
    public ContentDownloader Downloader { get; private set; }

    /// <summary>The port of retrieval; 0 where it does not listen.</summary>
    public int RetrievalPort => _http?.Endpoints[0].Port ?? 0;

    /// <summary>The port of discovery; 0 where it is not discovered.</summary>
    public int DiscoveryPort => _discovery is null ? 0 : _context.Options.DiscoveryPort;

    /// <summary>Whether discovery has a link, or has none to have.</summary>
    public bool HasLinks => _discovery?.IsAvailable ?? false;

    private RetrievalOptions RetrievalOptions => new()
    {
        MaximumClients = _settings.EffectiveUploads,
        IsHostedCache = _settings.Mode == PeerDistributionMode.HostedServer,
        Cipher = (BlockCipher)_settings.Cipher,
        AllowUnencrypted = _settings.AllowUnencrypted,
    };

    /// <summary>Opens what the mode wants.</summary>
    /// <exception cref="Core.PeerException">A port that was asked for is taken.</exception>
    public static async Task<DistributionNetwork> StartAsync(
        DistributionContext context, DistributionSettings settings, Battery battery, CancellationToken cancellationToken)
    {
        var network = new DistributionNetwork(context, settings, battery);
        try
        {
            await network.OpenAsync(cancellationToken).ConfigureAwait(false);
            return network;
        }
        catch
        {
            await network.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What it has counted, by name.</summary>
    public IEnumerable<KeyValuePair<string, long>> Count() =>
    [
        .. _server?.Counters.ToDictionary() ?? new Dictionary<string, long>(),
        .. CountDiscovery(),
        .. CountOffers(),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_hashRequests is not null)
        {
            await _hashRequests.DisposeAsync().ConfigureAwait(false);
        }

        if (_offers is not null)
        {
            await _offers.DisposeAsync().ConfigureAwait(false);
        }

        if (_discovery is not null)
        {
            await _discovery.DisposeAsync().ConfigureAwait(false);
        }

        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }

        await CloseHostedCacheAsync().ConfigureAwait(false);
        Downloader.Dispose();
        _client.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_settings.Serves)
        {
            await ListenAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_settings.HasCache)
        {
            _hashRequests = CreateHashRequests();
        }

        if (_settings.Mode == PeerDistributionMode.HostedClient)
        {
            _offers = CreateOffers();
        }

        if (_settings.Discovers)
        {
            _discovery = CreateDiscovery();
            await _discovery.ServeAsync(IsSparing ? 0 : RetrievalPort).ConfigureAwait(false);
            Downloader.Dispose();
            Downloader = CreateDownloader();
        }
    }

    // Of the reasons to drop something, those that there were.
    private IEnumerable<KeyValuePair<string, long>> CountDiscovery() =>
        (_discovery?.Counters.ToDictionary() ?? new Dictionary<string, long>())
        .Where(counter => counter.Value > 0 || !counter.Key.Contains("Dropped", StringComparison.Ordinal));

    // On battery others are not served, unless that was asked for.
    private bool IsSparing => !_settings.ServeOnBattery && _battery.IsInUse == true;

    private ContentDownloader CreateDownloader()
    {
        var sources = new DownloadSources
        {
            Client = _client,
            Cache = _settings.HasCache ? _context.Stores.Cache : null,
            HostedCaches = _settings.Mode == PeerDistributionMode.HostedClient
                ? [.. _settings.HostedCacheServers.Select(server => GetAddress(server).Retrieval)]
                : [],
            Finder = _discovery,
            MinimumLatency = _settings.MinimumLatency,
        };
        return new(sources, _context.Time, _context.LoggerFactory.CreateLogger<ContentDownloader>());
    }

    // The settings were checked when they were made.
    private HostedCacheAddress GetAddress(string server) =>
        HostedCacheAddress.TryParse(server, _settings.HostedCacheVersion, out HostedCacheAddress? address)
            ? address
            : throw new InvalidOperationException(HostedCacheAddress.Describe(server, _settings.HostedCacheVersion));

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        _server = new RetrievalServer(_context.Stores.Cache, RetrievalOptions, _context.Random);
        var endpoint = new RetrievalEndpoint(
            _server, _context.Time, _context.LoggerFactory.CreateLogger<RetrievalEndpoint>());
        var retrieval = new HttpRoute(RetrievalEndpoint.Path, endpoint.HandleAsync) { MaxBodyLength = MaximumRetrievalBody };
        _router.Add(retrieval);
        if (_settings.Mode == PeerDistributionMode.HostedServer)
        {
            await OpenHostedCacheAsync(retrieval, cancellationToken).ConfigureAwait(false);
        }

        _http = await StartAsync(
            _context.Options.RetrievalPort ?? _settings.Port,
            DistributionServiceOptions.DefaultRetrievalPort,
            certificate: null,
            _router,
            cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpServer> StartAsync(
        int? wanted, int preferred, X509Certificate2? certificate, HttpRouter router, CancellationToken cancellationToken) =>
        RetrievalListener.StartAsync(
            _context.Options.Addresses.ToBind(_context.Interfaces.Read()),
            wanted,
            preferred,
            new HttpEndpoint { Address = IPAddress.IPv6Any, Port = 0, Certificate = certificate },
            router.HandleAsync,
            new HttpServerOptions
            {
                MaxConnections = Math.Max(1024, 2 * _settings.EffectiveUploads),
                Share = _context.Stores.Http,
            },
            _context.Time,
            _context.LoggerFactory,
            cancellationToken);

    private DiscoveryRunner CreateDiscovery() => new(
        new(),
        _context.Options.Addresses,
        _context.Options.DiscoveryPort,
        _context.Multicast,
        _context.Interfaces,
        _context.Stores.Cache,
        _context.Time,
        _context.Random,
        _context.LoggerFactory.CreateLogger<DiscoveryRunner>());
}

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

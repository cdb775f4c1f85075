using System.Net;
using System.Net.Sockets;
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

namespace PeerNet.Engine.Distribution;

/// <summary>What a mode has on the network: retrieval, discovery and offers, as server and as client. It lasts until the
/// settings change.</summary>
internal sealed class DistributionNetwork : IAsyncDisposable
{
    private const int MaximumRetrievalBody = 128 * 1024;

    private readonly DistributionContext _context;
    private readonly DistributionSettings _settings;
    private readonly Battery _battery;
    private readonly RetrievalClient _client;
    private RetrievalServer? _server;
    private DiscoveryRunner? _discovery;
    private HashRequestService? _hashRequests;
    private OfferRunner? _offers;
    private HostedCacheServer? _hosted;
    private HttpServer? _http;

    private DistributionNetwork(
        DistributionContext context, DistributionStores stores, DistributionSettings settings, Battery battery)
    {
        _context = context;
        _settings = settings;
        _battery = battery;
        Stores = stores;
        SocketsHttpHandler handler = RetrievalTransport.CreateHandler(RetrievalOptions);
        OfferTransport.Trust(handler, context.Options.HostedCacheRoots);
        _client = new RetrievalClient(
            RetrievalOptions, context.Random, context.Time, context.LoggerFactory.CreateLogger<RetrievalClient>(), handler);
        Downloader = CreateDownloader();
    }

    /// <summary>What it serves and keeps.</summary>
    public DistributionStores Stores { get; }

    /// <summary>Downloads by the mode's means.</summary>
    public ContentDownloader Downloader { get; private set; }

    /// <summary>The port of retrieval; 0 where it does not listen.</summary>
    public int RetrievalPort => _http?.Endpoints[0].Port ?? 0;

    /// <summary>The port of discovery; 0 where it is not discovered.</summary>
    public int DiscoveryPort => _discovery is null ? 0 : _context.Options.DiscoveryPort;

    /// <summary>The port of offers over HTTPS; 0 where it does not listen.</summary>
    public int OfferPort => _hosted?.Port ?? 0;

    /// <summary>Whether discovery has a link, or has none to have.</summary>
    public bool HasLinks => _discovery?.IsAvailable ?? false;

    private RetrievalOptions RetrievalOptions => new()
    {
        MaximumClients = _settings.EffectiveUploads,
        IsHostedCache = _settings.Mode == PeerDistributionMode.HostedServer,
        Cipher = (BlockCipher)_settings.Cipher,
        AllowUnencrypted = _settings.AllowUnencrypted,
    };

    // On battery others are not served, unless that was asked for.
    private bool IsSparing => !_settings.ServeOnBattery && _battery.IsInUse == true;

    /// <summary>Opens what the mode wants.</summary>
    /// <exception cref="Core.PeerException">A port that was asked for is taken.</exception>
    public static async Task<DistributionNetwork> StartAsync(
        DistributionContext context,
        DistributionStores stores,
        DistributionSettings settings,
        Battery battery,
        CancellationToken cancellationToken)
    {
        var network = new DistributionNetwork(context, stores, settings, battery);
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
        .. _server?.Counters.ToDictionary() ?? [],
        .. CountDiscovery(),
        .. _offers?.Counters.ToDictionary() ?? [],
        .. _hosted?.Count() ?? [],
    ];

    /// <summary>How many segments wait to be offered to a hosted cache, and are to be fetched by this one.</summary>
    public async Task<(int Offers, int Fetches)> CountPendingAsync() => (
        _offers is null ? 0 : await _offers.CountPendingAsync().ConfigureAwait(false),
        _hosted is null ? 0 : await _hosted.CountPendingAsync().ConfigureAwait(false));

    /// <summary>Offers what a download brought to a hosted cache, where there is one to offer to.</summary>
    public void Offer(PeerContentInformation information, IReadOnlyList<DownloadedSegment> segments, Guid tag)
    {
        // Whoever offers is asked to serve. A battery may take a while to answer: it is not asked where nobody is.
        if (_offers is { } offers && !IsSparing)
        {
            offers.Offer(information, segments, tag);
        }
    }

    /// <summary>Offers what was published into the cache to a hosted cache: nobody else asks a hosted client for it.</summary>
    public void OfferPublished(IEnumerable<PeerContentInformation> published)
    {
        foreach (PeerContentInformation information in published)
        {
            OfferHeld(information, Guid.Empty);
        }
    }

    /// <summary>Asks a server for the information of what it has sent plain, because it had not hashed it yet, where the mode
    /// has a cache and the server is far enough away for that (MS-PCCRTP 3.1.5.1). The content gets into the cache then.</summary>
    /// <param name="content">What it has sent.</param>
    /// <param name="latency">How long its answer took to begin.</param>
    public void TakeInLater(PlainContent content, TimeSpan latency)
    {
        if (latency >= _settings.MinimumLatency)
        {
            _hashRequests?.Add(content);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? part in new IAsyncDisposable?[] { _hashRequests, _offers, _discovery, _http, _hosted })
        {
            if (part is not null)
            {
                await part.DisposeAsync().ConfigureAwait(false);
            }
        }

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

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        _server = new RetrievalServer(Stores.Cache, RetrievalOptions, _context.Random, _context.Time);
        var endpoint = new RetrievalEndpoint(
            _server, _context.Time, _context.LoggerFactory.CreateLogger<RetrievalEndpoint>());
        var retrieval = new HttpRoute(RetrievalEndpoint.Path, endpoint.HandleAsync) { MaxBodyLength = MaximumRetrievalBody };
        var listener = new RetrievalListener(_context, Stores.Http, _settings.EffectiveUploads);
        if (_settings.Mode == PeerDistributionMode.HostedServer)
        {
            _hosted = new HostedCacheServer(_context, Stores.Cache, RetrievalOptions, _settings.HostedCacheVersion);
            if (Stores.Certificate.Current is { } certificate)
            {
                await _hosted.ListenAsync(retrieval, _settings.HostedCachePort, certificate, listener, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        _http = await listener.StartAsync(
            _context.Options.RetrievalPort ?? _settings.Port,
            DistributionServiceOptions.DefaultRetrievalPort,
            certificate: null,
            [retrieval, .. _hosted?.Routes ?? []],
            cancellationToken).ConfigureAwait(false);
    }

    // Of the reasons to drop something, those that there were.
    private IEnumerable<KeyValuePair<string, long>> CountDiscovery() => (_discovery?.Counters.ToDictionary() ?? [])
        .Where(counter => counter.Value > 0 || !counter.Key.Contains("Dropped", StringComparison.Ordinal));

    private void OfferHeld(PeerContentInformation information, Guid tag)
    {
        if (_offers is not null)
        {
            Offer(information, [.. information.Segments.Select(CountHeld)], tag);
        }
    }

    private DownloadedSegment CountHeld(PeerContentSegment segment) =>
        new(segment, Stores.Cache.Find(segment.Id)?.Blocks.Count ?? 0);

    private async Task<PeerCacheImportResult> TakeInAsync(
        PlainContent content, PeerContentInformation information, CancellationToken cancellationToken)
    {
        PeerCacheImportResult result = await Stores.Cache
            .ImportDataAsync(information, content.Path, content.Offset, content.Tag, progress: null, cancellationToken)
            .ConfigureAwait(false);
        if (result.Bytes > 0)
        {
            OfferHeld(information, content.Tag);
        }

        return result;
    }

    // The settings were checked when they were made.
    private HostedCacheAddress GetAddress(string server) =>
        HostedCacheAddress.TryParse(server, _settings.HostedCacheVersion, out HostedCacheAddress? address)
            ? address
            : throw new InvalidOperationException(HostedCacheAddress.Describe(server, _settings.HostedCacheVersion));

    private ContentDownloader CreateDownloader()
    {
        var sources = new DownloadSources
        {
            Client = _client,
            Cache = _settings.HasCache ? Stores.Cache : null,
            HostedCaches = _settings.Mode == PeerDistributionMode.HostedClient
                ? [.. _settings.HostedCacheServers.Select(server => GetAddress(server).Retrieval)]
                : [],
            Finder = _discovery,
            MinimumLatency = _settings.MinimumLatency,
        };
        return new(sources, Stores.PartialFiles, _context.Time, _context.LoggerFactory.CreateLogger<ContentDownloader>());
    }

    private HashRequestService CreateHashRequests() => new(
        Stores.ContentServers,
        TakeInAsync,
        new HashRequestOptions(),
        _context.Time,
        _context.LoggerFactory.CreateLogger<HashRequestService>());

    private OfferRunner CreateOffers() => new(
        _settings.HostedCacheVersion,
        new(),
        _settings.HostedCacheServers.Select(server => GetAddress(server).Offers),
        new OfferTransport(OfferTransport.CreateHandler(_context.Options.HostedCacheRoots)),
        RetrievalPort,
        _context.Time,
        _context.LoggerFactory.CreateLogger<OfferRunner>());

    private DiscoveryRunner CreateDiscovery() => new(
        new(),
        _context.Options.Addresses,
        _context.Options.DiscoveryPort,
        _context.Multicast,
        _context.Interfaces,
        Stores.Cache,
        _context.Time,
        _context.Random,
        _context.LoggerFactory.CreateLogger<DiscoveryRunner>());
}

/// <summary>Listens on the same port of each address: discovery announces one port only.</summary>
internal sealed class RetrievalListener(DistributionContext context, HttpShare share, int uploads)
{
    // How often another free port is tried, where it is free on one address and taken on another.
    private const int Attempts = 8;

    /// <summary>Starts a server.</summary>
    /// <param name="wanted">The port that was asked for; null for <paramref name="preferred"/> or another.</param>
    /// <param name="preferred">The port where none was asked for.</param>
    /// <param name="certificate">The server's; null for HTTP.</param>
    /// <param name="routes">What answers requests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The port that was asked for is taken.</exception>
    public async Task<HttpServer> StartAsync(
        int? wanted,
        int preferred,
        X509Certificate2? certificate,
        IReadOnlyList<HttpRoute> routes,
        CancellationToken cancellationToken)
    {
        var router = new HttpRouter(routes);
        var options = new HttpServerOptions { MaxConnections = Math.Max(1024, 2 * uploads), Share = share };
        IReadOnlyList<IPAddress> addresses = context.Options.Addresses.ToBind(context.Interfaces.Read());
        IReadOnlyList<IPAddress> local = addresses.Count == 0 ? [IPAddress.IPv6Any] : addresses;
        for (int attempt = 0; ; attempt++)
        {
            int port = wanted ?? (attempt == 0 ? preferred : FindFreePort(local[0]));
            try
            {
                return await HttpServer.StartAsync(
                    [.. local.Select(address => new HttpEndpoint { Address = address, Port = port, Certificate = certificate })],
                    router.HandleAsync,
                    options,
                    context.Time,
                    context.LoggerFactory,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException failure) when (
                failure.Error == PeerErrors.UnableToListen && wanted is null && attempt < Attempts)
            {
                // Nobody asked for this port: another one will do.
            }
        }
    }

    private static int FindFreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

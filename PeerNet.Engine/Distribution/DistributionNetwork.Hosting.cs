using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution;

/// <content>Hosted caches (MS-PCHC): being one, and offering to one.</content>
internal sealed partial class DistributionNetwork
{
    // More than a message has, so that the endpoint sees what is too long, and says so.
    private const int MaximumOfferBody = 2 * OfferFrame.MaximumRequest;

    // A hosted cache has time, and its client may be busy with the very download that it offers from.
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    private OfferRunner? _offers;
    private OfferServer? _offerServer;
    private RetrievalClient? _fetchClient;
    private FetchRunner? _fetches;
    private HttpServer? _secure;

    /// <summary>The port of offers over HTTPS; 0 where it does not listen.</summary>
    public int OfferPort => _secure?.Endpoints[0].Port ?? 0;

    /// <summary>How many segments wait to be offered to a hosted cache, and are to be fetched by this one.</summary>
    public async Task<(int Offers, int Fetches)> CountPendingAsync() => (
        _offers is null ? 0 : await _offers.CountPendingAsync().ConfigureAwait(false),
        _fetches is null ? 0 : await _fetches.CountPendingAsync().ConfigureAwait(false));

    /// <summary>Offers what a download brought to a hosted cache, where there is one to offer to.</summary>
    public void Offer(PeerContentInformation information, IReadOnlyList<DownloadedSegment> segments, Guid tag)
    {
        // Whoever offers is asked to serve.
        if (!IsSparing)
        {
            _offers?.Offer(information, segments, tag);
        }
    }

    /// <summary>Offers what was published into the cache to a hosted cache: nobody else asks a hosted client for it.</summary>
    public void OfferPublished(IEnumerable<PeerContentInformation> published)
    {
        if (_offers is null)
        {
            return;
        }

        foreach (PeerContentInformation information in published)
        {
            Offer(information, [.. information.Segments.Select(CountHeld)], Guid.Empty);
        }
    }

    private DownloadedSegment CountHeld(PeerContentSegment segment) =>
        new(segment, _context.Stores.Cache.Find(segment.Id)?.Blocks.Count ?? 0);

    private IEnumerable<KeyValuePair<string, long>> CountOffers() =>
    [
        .. _offers?.Counters.ToDictionary() ?? new Dictionary<string, long>(),
        .. _offerServer?.Counters.ToDictionary() ?? new Dictionary<string, long>(),
        .. _fetches?.Counters.ToDictionary() ?? new Dictionary<string, long>(),
    ];

    private OfferRunner CreateOffers() => new(
        _settings.HostedCacheVersion,
        new(),
        _settings.HostedCacheServers.Select(server => GetAddress(server).Offers),
        new OfferTransport(OfferTransport.CreateHandler(_context.Options.HostedCacheRoots)),
        RetrievalPort,
        _context.Time,
        _context.LoggerFactory.CreateLogger<OfferRunner>());

    // Version 2 is on the port of retrieval, as with Windows. Version 1 has a port with TLS, which retrieval is on as well:
    // so one address can stand for all that a cache does.
    private async Task OpenHostedCacheAsync(HttpRoute retrieval, CancellationToken cancellationToken)
    {
        _offerServer = new OfferServer(_context.Stores.Cache);
        _fetchClient = new RetrievalClient(
            RetrievalOptions with { RequestTimeout = FetchTimeout },
            _context.Random,
            _context.Time,
            _context.LoggerFactory.CreateLogger<RetrievalClient>());
        _fetches = new FetchRunner(
            new(),
            new BlockFetcher(_fetchClient, _context.Stores.Cache),
            _context.Time,
            _context.LoggerFactory.CreateLogger<FetchRunner>());
        HttpRoute second = CreateRoute(OfferFrame.V2Path, OfferVersion.V2);
        bool takesSecond = _settings.HostedCacheVersion == 2;
        if (takesSecond)
        {
            _router.Add(second);
        }

        if (_context.Stores.Certificate.Current is { } certificate)
        {
            var router = new HttpRouter();
            router.Add(retrieval);
            router.Add(CreateRoute(OfferFrame.V1Path, OfferVersion.V1));
            if (takesSecond)
            {
                router.Add(second);
            }

            _secure = await StartAsync(
                _settings.HostedCachePort,
                DistributionServiceOptions.DefaultOfferPort,
                certificate,
                router,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private HttpRoute CreateRoute(string path, OfferVersion version)
    {
        var endpoint = new OfferEndpoint(
            _offerServer!, _fetches!, version, _context.Time, _context.LoggerFactory.CreateLogger<OfferEndpoint>());
        return new HttpRoute(path, endpoint.HandleAsync) { MaxBodyLength = MaximumOfferBody };
    }

    private async ValueTask CloseHostedCacheAsync()
    {
        if (_secure is not null)
        {
            await _secure.DisposeAsync().ConfigureAwait(false);
        }

        if (_fetches is not null)
        {
            await _fetches.DisposeAsync().ConfigureAwait(false);
        }

        _fetchClient?.Dispose();
    }
}

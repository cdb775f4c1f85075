using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>
/// The hosted cache (MS-PCHC) that this node is: takes offers, and fetches what was offered. Version 2 is on the port of
/// retrieval, as with Windows. Version 1 has a port with TLS, which retrieval is on as well: so one address can stand for all
/// that a cache does.
/// </summary>
internal sealed class HostedCacheServer : IAsyncDisposable
{
    // More than a message has, so that the endpoint sees what is too long, and says so.
    private const int MaximumOfferBody = 2 * OfferFrame.MaximumRequest;

    // A hosted cache has time, and its client may be busy with the very download that it offers from.
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    private readonly DistributionContext _context;
    private readonly OfferServer _offers;
    private readonly RetrievalClient _client;
    private readonly FetchRunner _fetches;
    private readonly HttpRoute? _second;
    private HttpServer? _secure;

    /// <param name="context">What it is made of.</param>
    /// <param name="store">Where what is fetched goes.</param>
    /// <param name="options">How blocks are fetched.</param>
    /// <param name="version">The version of offers: 1, or 2 with 1.</param>
    public HostedCacheServer(DistributionContext context, IHostedStore store, RetrievalOptions options, int version)
    {
        _context = context;
        _offers = new OfferServer(store);
        _client = new RetrievalClient(
            options with { RequestTimeout = FetchTimeout },
            context.Random,
            context.Time,
            context.LoggerFactory.CreateLogger<RetrievalClient>());
        _fetches = new FetchRunner(
            new(), new BlockFetcher(_client, store), context.Time, context.LoggerFactory.CreateLogger<FetchRunner>());
        _second = version == 2 ? CreateRoute(OfferFrame.V2Path, OfferVersion.V2) : null;
    }

    /// <summary>The port of offers over HTTPS; 0 where it does not listen.</summary>
    public int Port => _secure?.Endpoints[0].Port ?? 0;

    /// <summary>What is on the port of retrieval beside retrieval.</summary>
    public IEnumerable<HttpRoute> Routes => _second is null ? [] : [_second];

    /// <summary>How many segments are to be fetched.</summary>
    public Task<int> CountPendingAsync() => _fetches.CountPendingAsync();

    /// <summary>What it has counted, by name.</summary>
    public IEnumerable<KeyValuePair<string, long>> Count() =>
        _offers.Counters.ToDictionary().Concat(_fetches.Counters.ToDictionary());

    /// <summary>Listens to offers over HTTPS.</summary>
    /// <param name="retrieval">Retrieval.</param>
    /// <param name="port">The port that was asked for; null for any.</param>
    /// <param name="certificate">The server's.</param>
    /// <param name="listener">Listens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Core.PeerException">The port that was asked for is taken.</exception>
    public async Task ListenAsync(
        HttpRoute retrieval,
        int? port,
        X509Certificate2 certificate,
        RetrievalListener listener,
        CancellationToken cancellationToken)
    {
        HttpRoute[] routes = [retrieval, CreateRoute(OfferFrame.V1Path, OfferVersion.V1), .. Routes];
        _secure = await listener
            .StartAsync(port, DistributionServiceOptions.DefaultOfferPort, certificate, routes, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Takes no more offers, and ends all requests.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_secure is not null)
        {
            await _secure.DisposeAsync().ConfigureAwait(false);
        }

        await _fetches.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    private HttpRoute CreateRoute(string path, OfferVersion version)
    {
        var endpoint = new OfferEndpoint(
            _offers, _fetches, version, _context.Time, _context.LoggerFactory.CreateLogger<OfferEndpoint>());
        return new HttpRoute(path, endpoint.HandleAsync) { MaxBodyLength = MaximumOfferBody };
    }
}

/// <summary>The block cache of a hosted cache (MS-PCHC 3.1.1).</summary>
internal interface IHostedStore : ISegmentSource, ISegmentCache, ISealedStore
{
    /// <summary>What content information says of a segment that is held as plaintext, where the segment's HoD proves it; null
    /// for others. Its length is certain only once the last block is held.</summary>
    PeerContentSegment? Describe(SegmentId id);

    /// <summary>The blocks of a segment that are held as plaintext, and are what a description of it says.</summary>
    BlockSet FindHeld(PeerContentSegment segment);
}

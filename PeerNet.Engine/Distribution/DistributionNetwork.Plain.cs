using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Distribution;

/// <content>What came plain, because its server had not hashed it yet, gets into the cache afterwards (MS-PCCRTP 3.1.5.1).</content>
internal sealed partial class DistributionNetwork
{
    /// <summary>Asks the server for the information of what it has sent, where the mode has a cache and the server is far
    /// enough away for that.</summary>
    /// <param name="content">What it has sent.</param>
    /// <param name="latency">How long its answer took to begin.</param>
    public void TakeInLater(PlainContent content, TimeSpan latency)
    {
        if (latency >= _settings.MinimumLatency)
        {
            _hashRequests?.Add(content);
        }
    }

    private HashRequestService CreateHashRequests() => new(
        _context.Stores.ContentServers,
        TakeInAsync,
        new HashRequestOptions(),
        _context.Time,
        _context.LoggerFactory.CreateLogger<HashRequestService>());

    private async Task<PeerCacheImportResult> TakeInAsync(
        PlainContent content, PeerContentInformation information, CancellationToken cancellationToken)
    {
        PeerCacheImportResult result = await _context.Stores.Cache
            .ImportDataAsync(information, content.Path, content.Offset, content.Tag, progress: null, cancellationToken)
            .ConfigureAwait(false);
        if (result.Bytes > 0)
        {
            Offer(information, [.. information.Segments.Select(CountHeld)], content.Tag);
        }

        return result;
    }
}

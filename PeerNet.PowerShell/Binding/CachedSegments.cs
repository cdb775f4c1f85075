using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>The segments of a node's data cache, as far as they can be listed at a keystroke.</summary>
internal static class CachedSegments
{
    // More would neither be listed in time nor be looked through by anybody.
    private const int Most = 10_000;

    public static async Task<IReadOnlyList<PeerCacheSegment>> GetAsync(NodeHost node, CancellationToken cancellationToken)
    {
        IDistributionService distribution = node.Engine.Distribution;
        IReadOnlyList<Engine.Distribution.PeerCacheType> data = [Engine.Distribution.PeerCacheType.Data];
        IReadOnlyList<PeerCache> caches =
            await distribution.GetCachesAsync(data, selection: null, cancellationToken).ConfigureAwait(false);
        if (caches.Sum(cache => (long)cache.ActiveSegments) > Most)
        {
            return [];
        }

        caches = await distribution.GetCachesAsync(data, new PeerCacheSelection(), cancellationToken).ConfigureAwait(false);
        return [.. caches.SelectMany(cache => cache.Segments)];
    }
}

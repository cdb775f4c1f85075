using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Gives content to several.</summary>
/// <param name="sinks">They, in order.</param>
internal sealed class SinkChain(IReadOnlyList<IContentSink> sinks) : IContentSink
{
    public async ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        foreach (IContentSink sink in sinks)
        {
            await sink.StoreAsync(segment, index, data, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask CompleteAsync()
    {
        foreach (IContentSink sink in sinks)
        {
            await sink.CompleteAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IContentSink sink in sinks)
        {
            await sink.DisposeAsync().ConfigureAwait(false);
        }
    }
}

/// <summary>Puts published content into the cache. A cache that takes no more does not keep content from being published.</summary>
/// <param name="cache">The cache.</param>
internal sealed class CacheSink(ISegmentCache cache) : IContentSink
{
    public async ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await cache.TryStoreAsync(segment, index, data, tag: default, cancellationToken).ConfigureAwait(false);

    public ValueTask CompleteAsync()
    {
        cache.Flush();
        return default;
    }

    public ValueTask DisposeAsync() => default;
}

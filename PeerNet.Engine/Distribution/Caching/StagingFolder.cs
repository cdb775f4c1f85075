using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// A folder that Publish-PeerContent puts segments into until Export-PeerCache packs them: a store of its own, without a
/// limit.
/// </summary>
internal static class StagingFolder
{
    /// <summary>Opens a staging folder, or makes one.</summary>
    /// <exception cref="PeerException">Another process has it, or it is damaged.</exception>
    public static SegmentStore Open(string path, TimeProvider time, ILogger logger) =>
        SegmentStore.Open(new SegmentStoreOptions { Folder = path }, time, logger);

    /// <summary>Opens a staging folder that is there.</summary>
    /// <exception cref="PeerException">There is none; or another process has it, or it is damaged.</exception>
    public static SegmentStore OpenExisting(string path, TimeProvider time, ILogger logger) =>
        File.Exists(Path.Combine(path, SegmentStore.IndexFile))
            ? Open(path, time, logger)
            : throw PeerErrors.NotFound.Exception(
                $"'{path}' is no staging folder; Publish-PeerContent -StageData makes one.", path);
}

/// <summary>Puts published content into a staging folder, but for what a package has already. Unlike a cache, the folder
/// must take everything.</summary>
/// <param name="store">The folder; disposed of with this.</param>
/// <param name="known">What need not be staged.</param>
internal sealed class StagingSink(SegmentStore store, HashSet<SegmentId> known) : IContentSink
{
    public async ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!known.Contains(segment.Id)
            && !await store.TryStoreAsync(segment, index, data, tag: default, cancellationToken).ConfigureAwait(false))
        {
            throw PeerErrors.DiskFull.Exception($"The staging folder '{store.Location}' takes no more.", store.Location);
        }
    }

    public ValueTask CompleteAsync()
    {
        store.Flush();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return default;
    }
}

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

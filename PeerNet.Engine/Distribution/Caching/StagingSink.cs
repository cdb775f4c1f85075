using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

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

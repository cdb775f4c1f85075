using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Checks blocks, puts them into a cache, and counts.</summary>
internal sealed class CacheImport(ISegmentCache cache, Guid tag, long total, IProgress<PeerTransferProgress>? progress)
{
    private SegmentId _last;
    private int _segments;
    private long _bytes;
    private int _rejected;

    public PeerCacheImportResult Result => new(_segments, _bytes, _rejected);

    /// <summary>Adds a block, if it is one and is new.</summary>
    public async Task AddAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> block, long done, CancellationToken cancellationToken)
    {
        if (block.Length != segment.GetBlockLength(index)
            || !SegmentCryptography.Matches(segment.HashAlgorithm, block.Span, segment.GetBlockHash(index)))
        {
            _rejected++;
        }
        else if (!await HasAsync(segment, index, block.Length, cancellationToken).ConfigureAwait(false)
            && await cache.TryStoreAsync(segment, index, block, tag, cancellationToken).ConfigureAwait(false))
        {
            _bytes += block.Length;
            _segments += segment.Id == _last ? 0 : 1;
            _last = segment.Id;
        }

        progress?.Report(new PeerTransferProgress(done, total));
    }

    private async ValueTask<bool> HasAsync(
        PeerContentSegment segment, int index, int length, CancellationToken cancellationToken)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return await cache.TryReadAsync(segment, index, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using PeerNet.Engine.Core;
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
    private int _failed;

    /// <summary>What has been taken in so far.</summary>
    public PeerCacheImportResult Result => new(_segments, _bytes, _rejected);

    /// <summary>What has been taken in, at the end, and from here on survives whatever happens to the process.</summary>
    /// <param name="path">The file that was read.</param>
    /// <exception cref="PeerException">Blocks could not be stored.</exception>
    public PeerCacheImportResult Complete(string path)
    {
        cache.Flush();
        return _failed == 0 ? Result : throw PeerErrors.WriteFault.Exception(
            $"{_failed} blocks from '{path}' could not be stored: they contradict what the cache has proof of, or there is no "
            + $"room; Get-PeerCache tells where the cache is and how full. {_bytes} bytes were taken in.",
            path);
    }

    /// <summary>Adds a block, if it is one and is new.</summary>
    public async Task AddAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> block, long done, CancellationToken cancellationToken)
    {
        if (block.Length != segment.GetBlockLength(index)
            || !SegmentCryptography.Matches(segment.HashAlgorithm, block.Span, segment.GetBlockHash(index)))
        {
            _rejected++;
        }
        else if (!await HasAsync(segment, index, block.Length, cancellationToken).ConfigureAwait(false))
        {
            if (await cache.TryStoreAsync(segment, index, block, tag, cancellationToken).ConfigureAwait(false))
            {
                _bytes += block.Length;
                _segments += segment.Id == _last ? 0 : 1;
                _last = segment.Id;
            }
            else
            {
                _failed++;
            }
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

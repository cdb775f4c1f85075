using System.Buffers;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Where the blocks of a download are put, and may be already: its partial file and the cache.</summary>
/// <param name="layout">Where in the file they belong.</param>
/// <param name="file">What an interrupted download may have left.</param>
/// <param name="cache">The cache; null for none.</param>
/// <param name="writer">Fills the cache beside the download; null for none.</param>
internal sealed class BlockKeeper(ContentLayout layout, PartialFile file, ISegmentCache? cache, CacheWriter? writer)
{
    // What the file is said to hold, which is a hint.
    private readonly BlockMap _left = PartialState.Read(file, layout.BlockCount);

    /// <summary>How many blocks may be in the file.</summary>
    public int Left => _left.Marked;

    /// <summary>Whether anything may be at hand.</summary>
    public bool HasAny => _left.Marked > 0 || cache is not null;

    /// <summary>Looks which blocks of a segment the interrupted download has left, and which the cache has; these are put in
    /// their places.</summary>
    public async Task<(BlockSet Left, BlockSet Cached)> LookAsync(int index, CancellationToken cancellationToken)
    {
        PeerContentSegment segment = layout.GetSegment(index);
        (int first, int count) = layout.GetBlocks(index);
        var left = default(BlockSet);
        var cached = default(BlockSet);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(segment.BlockSize);
        try
        {
            for (int block = first; block < first + count; block++)
            {
                Memory<byte> data = buffer.AsMemory(0, segment.GetBlockLength(block));
                if (_left.Contains(layout.GetNumber(index, block)) && IsLeft(index, block, data.Span))
                {
                    left.Add(block);
                }
                else if (cache is not null
                    && await cache.TryReadAsync(segment, block, data, cancellationToken).ConfigureAwait(false))
                {
                    Write(index, block, data.Span);
                    cached.Add(block);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (left, cached);
    }

    /// <summary>Puts a verified block in its place, and keeps it for the cache, for which it waits while too many wait.</summary>
    /// <param name="index">The segment.</param>
    /// <param name="block">The block.</param>
    /// <param name="buffer">Rented from the shared pool; taken over.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="isNew">Whether no cache had it.</param>
    public ValueTask KeepAsync(int index, int block, byte[] buffer, int length, bool isNew)
    {
        try
        {
            Write(index, block, buffer.AsSpan(0, length));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        if (writer is not null)
        {
            return writer.WriteAsync(index, block, buffer, length, isNew);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return ValueTask.CompletedTask;
    }

    /// <summary>The same for a block of the source, which may be so near that caching is not worth it.</summary>
    public ValueTask KeepAsync(int index, int block, ReadOnlyMemory<byte> data, bool isCached)
    {
        if (!isCached || writer is null)
        {
            Write(index, block, data.Span);
            return ValueTask.CompletedTask;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        return KeepAsync(index, block, buffer, data.Length, isNew: true);
    }

    // A block that the range cuts is not whole in the file, and cannot be checked.
    private bool IsLeft(int index, int block, Span<byte> data)
    {
        (long position, _, int length) = layout.GetFilePart(index, block);
        if (length != data.Length)
        {
            return false;
        }

        file.Read(data, position);
        PeerContentSegment segment = layout.GetSegment(index);
        return SegmentCryptography.Matches(segment.HashAlgorithm, data, segment.GetBlockHash(block));
    }

    private void Write(int index, int block, ReadOnlySpan<byte> data)
    {
        (long position, int skip, int length) = layout.GetFilePart(index, block);
        file.Write(data.Slice(skip, length), position);
    }
}

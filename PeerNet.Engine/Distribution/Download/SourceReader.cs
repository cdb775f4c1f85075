using System.Buffers;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Reads blocks of a download from its source, neighbours together, and checks them.</summary>
/// <param name="origin">The source.</param>
/// <param name="layout">Where the blocks are.</param>
/// <param name="minimumLatency">The round trip below which what comes from it is not worth keeping for peers.</param>
/// <param name="time">Measures it, where the source does not.</param>
internal sealed class SourceReader(IContentOrigin origin, ContentLayout layout, TimeSpan minimumLatency, TimeProvider time)
{
    private long _shortestRead = TimeSpan.MaxValue.Ticks;

    /// <summary>Takes a verified block; the bytes are valid for the time of the call.</summary>
    internal delegate ValueTask BlockHandler(int index, int block, ReadOnlyMemory<byte> data, bool isCached);

    /// <summary>Reads neighbouring blocks, and hands each on.</summary>
    /// <returns>Why the source did not deliver; null where it did.</returns>
    /// <exception cref="PeerException">The source has something else than the content.</exception>
    public async Task<PeerException?> TryReadAsync(
        int first, int count, BlockHandler keep, CancellationToken cancellationToken)
    {
        (int firstIndex, int firstBlock) = layout.Locate(first);
        (int lastIndex, int lastBlock) = layout.Locate(first + count - 1);
        long start = layout.GetContentRange(firstIndex, firstBlock).Offset;
        (long lastStart, int lastLength) = layout.GetContentRange(lastIndex, lastBlock);
        int length = (int)(lastStart + lastLength - start);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Memory<byte> data = buffer.AsMemory(0, length);
            if (await TryReadAsync(start, data, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            bool isNear = (origin.RoundTrip ?? new TimeSpan(Interlocked.Read(ref _shortestRead))) < minimumLatency;
            for (int number = first; number < first + count; number++)
            {
                (int index, int block) = layout.Locate(number);
                (long offset, int blockLength) = layout.GetContentRange(index, block);
                ReadOnlyMemory<byte> bytes = data.Slice((int)(offset - start), blockLength);
                Verify(index, block, bytes.Span);
                await keep(index, block, bytes, isCached: !isNear).ConfigureAwait(false);
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<PeerException?> TryReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            long began = time.GetTimestamp();
            await origin.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
            NoteTime(time.GetElapsedTime(began));
            return null;
        }
        catch (PeerException exception) when (exception.Error != PeerErrors.ContentInvalidated)
        {
            return exception;
        }
    }

    private void NoteTime(TimeSpan elapsed)
    {
        long shortest = Interlocked.Read(ref _shortestRead);
        if (elapsed.Ticks < shortest)
        {
            Interlocked.CompareExchange(ref _shortestRead, elapsed.Ticks, shortest);
        }
    }

    private void Verify(int index, int block, ReadOnlySpan<byte> bytes)
    {
        PeerContentSegment segment = layout.GetSegment(index);
        if (!SegmentCryptography.Matches(segment.HashAlgorithm, bytes, segment.GetBlockHash(block)))
        {
            (long offset, int length) = layout.GetContentRange(index, block);
            throw PeerErrors.ContentInvalidated.Exception(
                $"The source has other bytes from {offset} to {offset + length - 1} than the content information describes; "
                + "the content has changed. Fetch its information again.",
                segment.Id);
        }
    }
}

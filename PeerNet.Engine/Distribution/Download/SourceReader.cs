using System.Buffers;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Fetches from the source what nobody else has, neighbours together.</summary>
internal sealed class SourceReader(
    IContentOrigin origin,
    ContentLayout layout,
    MissingBlocks missing,
    SourceReader.BlockHandler keep,
    DownloadOptions options,
    TimeProvider time,
    ILogger logger)
{
    private long _shortestRead = TimeSpan.MaxValue.Ticks;
    private bool _isCompleted;
    private Exception? _failure;

    /// <summary>Why the source is asked no more; null while it is.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether nothing is being read, nor waits to be. <see cref="MissingBlocks.Changed"/> tells when to look
    /// again.</summary>
    public bool IsIdle => Failure is null ? missing.IsSettled : missing.Reading == 0;

    /// <summary>Reads until <see cref="Complete"/>, or until the source fails.</summary>
    /// <exception cref="PeerException">The source has something else than the content.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, options.SourceReads).Select(_ => Task.Run(() => ReadAllAsync(cancellationToken), cancellationToken)));

    /// <summary>No more will be missing.</summary>
    public void Complete()
    {
        Volatile.Write(ref _isCompleted, true);
        missing.Changed.Set();
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(options.SourceRead, layout.LargestBlock));
        try
        {
            while (Failure is null)
            {
                Task changed = missing.Changed.Next;
                if (missing.TryTake(options.SourceRead, out int first, out int count))
                {
                    await ReadTakenAsync(first, count, buffer, cancellationToken).ConfigureAwait(false);
                }
                else if (Volatile.Read(ref _isCompleted))
                {
                    return;
                }
                else
                {
                    await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception)
        {
            // The other reads end too: nobody could take what they would bring.
            Interlocked.CompareExchange(ref _failure, exception, null);
            missing.Changed.Set();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReadTakenAsync(int first, int count, byte[] buffer, CancellationToken cancellationToken)
    {
        bool isRead = false;
        try
        {
            isRead = await TryReadBlocksAsync(first, count, buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (isRead)
            {
                missing.Complete(count);
            }
            else
            {
                missing.Return(first, count);
            }
        }
    }

    private async Task<bool> TryReadBlocksAsync(int first, int count, byte[] buffer, CancellationToken cancellationToken)
    {
        (int firstIndex, int firstBlock) = layout.Locate(first);
        (int lastIndex, int lastBlock) = layout.Locate(first + count - 1);
        long start = layout.GetContentRange(firstIndex, firstBlock).Offset;
        (long lastStart, int lastLength) = layout.GetContentRange(lastIndex, lastBlock);
        Memory<byte> data = buffer.AsMemory(0, (int)(lastStart + lastLength - start));
        if (!await TryReadAsync(start, data, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        bool isNear = (origin.RoundTrip ?? new TimeSpan(Interlocked.Read(ref _shortestRead))) < options.MinimumLatency;
        for (int number = first; number < first + count; number++)
        {
            (int index, int block) = layout.Locate(number);
            (long offset, int length) = layout.GetContentRange(index, block);
            ReadOnlyMemory<byte> bytes = data.Slice((int)(offset - start), length);
            Verify(index, block, bytes.Span);
            await keep(index, block, bytes, isCached: !isNear).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<bool> TryReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        TimeSpan delay = options.SourceDelay;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                long began = time.GetTimestamp();
                await origin.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
                NoteTime(time.GetElapsedTime(began));
                return true;
            }
            catch (PeerException exception) when (exception.Error != PeerErrors.ContentInvalidated)
            {
                bool isPassing = exception.Error.Kind is PeerErrorKind.Connection or PeerErrorKind.Timeout;
                if (!isPassing || attempt >= options.SourceAttempts)
                {
                    Interlocked.CompareExchange(ref _failure, exception, null);
                    DownloadLog.SourceFailed(logger, exception.Message);
                    return false;
                }
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay *= 2;
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

    /// <summary>Takes a verified block of the source; the bytes are valid for the time of the call.</summary>
    internal delegate ValueTask BlockHandler(int index, int block, ReadOnlyMemory<byte> data, bool isCached);
}

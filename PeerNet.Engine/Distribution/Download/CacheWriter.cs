using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Puts verified blocks into the local cache beside the download: a bounded queue, and a few that work it off. What the
/// cache cannot take costs the cache, never the download.
/// </summary>
internal sealed class CacheWriter
{
    private const int Writers = 4;
    private const int RefusalsInRow = 16;

    // Blocks that wait; then the download waits.
    private const int MaximumWaiting = 64;

    private readonly ISegmentCache _cache;
    private readonly ContentLayout _layout;
    private readonly Guid _tag;
    private readonly ILogger _logger;
    private readonly Channel<Entry> _queue;
    private readonly int[] _stored;

    // A block can come twice, and is new once.
    private readonly int[] _isCounted;
    private readonly Task _work;
    private int _refusals;

    public CacheWriter(
        ISegmentCache cache, ContentLayout layout, Guid tag, ILogger logger, CancellationToken cancellationToken)
    {
        _cache = cache;
        _layout = layout;
        _tag = tag;
        _logger = logger;
        _stored = new int[layout.SegmentCount];
        _isCounted = new int[(layout.BlockCount / 32) + 1];
        _queue = Channel.CreateBounded<Entry>(MaximumWaiting);
        _work = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
            () => WriteAllAsync(cancellationToken), CancellationToken.None)));
    }

    // A cache that refuses is not asked for ever.
    private bool IsOff => Volatile.Read(ref _refusals) >= RefusalsInRow;

    /// <summary>Takes over a rented buffer with a block. Waits while too many wait.</summary>
    /// <param name="index">The segment's place in the download.</param>
    /// <param name="block">The block.</param>
    /// <param name="buffer">Rented from the shared pool.</param>
    /// <param name="length">The block's length.</param>
    /// <param name="isNew">Whether it came from neither this cache nor a hosted one.</param>
    public ValueTask WriteAsync(int index, int block, byte[] buffer, int length, bool isNew)
    {
        var entry = new Entry(index, block, buffer, length, isNew);
        if (IsOff)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return ValueTask.CompletedTask;
        }

        return _queue.Writer.TryWrite(entry) ? ValueTask.CompletedTask : _queue.Writer.WriteAsync(entry);
    }

    /// <summary>Ends when all that was given is stored or refused.</summary>
    public Task CompleteAsync()
    {
        _queue.Writer.TryComplete();
        return _work;
    }

    /// <summary>How many new blocks of a segment were stored.</summary>
    public int GetStored(int index) => Volatile.Read(ref _stored[index]);

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        await foreach (Entry entry in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await StoreAsync(entry, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The rest is not stored; the queue is emptied.
                Volatile.Write(ref _refusals, RefusalsInRow);
            }
#pragma warning disable CA1031 // A cache that fails, by a bug too, must not end the download; it is reported.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Volatile.Write(ref _refusals, RefusalsInRow);
                DownloadLog.CacheFailed(_logger, exception);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(entry.Buffer);
            }
        }
    }

    private async ValueTask StoreAsync(Entry entry, CancellationToken cancellationToken)
    {
        if (IsOff)
        {
            return;
        }

        bool isStored = await _cache.TryStoreAsync(
            _layout.GetSegment(entry.Index), entry.Block, entry.Buffer.AsMemory(0, entry.Length), _tag, cancellationToken)
            .ConfigureAwait(false);
        if (isStored)
        {
            Volatile.Write(ref _refusals, 0);
            Count(entry);
        }
        else if (Interlocked.Increment(ref _refusals) == RefusalsInRow)
        {
            DownloadLog.CacheRefuses(_logger);
        }
    }

    private void Count(Entry entry)
    {
        int number = _layout.GetNumber(entry.Index, entry.Block);
        int mark = 1 << (number % 32);
        if (entry.IsNew && (Interlocked.Or(ref _isCounted[number / 32], mark) & mark) == 0)
        {
            Interlocked.Increment(ref _stored[entry.Index]);
        }
    }

    private readonly record struct Entry(int Index, int Block, byte[] Buffer, int Length, bool IsNew);
}

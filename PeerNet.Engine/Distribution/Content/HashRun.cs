using System.Buffers;
using System.Collections.Concurrent;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// One reading of content. Each of a few workers takes the next window, which is read and cut in its turn, and hashes it; the
/// hashes are collected in order.
/// </summary>
/// <remarks>Whoever reads a window also hashes it: to hand each over to another thread costs a fifth of the time.</remarks>
internal sealed class HashRun : IDisposable
{
    private const int MaximumWorkers = 32;

    private readonly HashRequest _request;
    private readonly long _length;
    private readonly Reader _read;
    private readonly int _workers;
    private readonly PeerContentHash? _v1Algorithm;
    private readonly bool _hasV2;
    private readonly SinkFeeder? _feeder;

    // Who holds the first reads and cuts, who holds the second collects; windows between the two are few.
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _collecting = new(1, 1);
    private readonly SemaphoreSlim _room;
    private readonly ConcurrentStack<HashWindow> _free = new();
    private readonly List<HashWindow> _windows = [];
    private HashWindow? _last;
    private long _offset;

    private readonly Dictionary<long, HashWindow> _hashed = [];
    private readonly ArrayBufferWriter<byte> _v1Hashes = new();
    private readonly ArrayBufferWriter<byte> _v2Entries = new();
    private long _done;

    /// <param name="request">What is to be made.</param>
    /// <param name="length">Bytes of the content; negative where that is not known.</param>
    /// <param name="read">Reads it.</param>
    public HashRun(HashRequest request, long length, Reader read)
    {
        _request = request;
        _length = length;
        _read = read;
        long windows = length < 0 ? MaximumWorkers : (length / HashWindow.MaximumLength) + 1;
        _workers = (int)Math.Min(windows, Math.Min(Environment.ProcessorCount, MaximumWorkers));
        _room = new(2 * _workers);
        _v1Algorithm = request.Versions.Contains(PeerContentVersion.V1) ? request.V1Algorithm : null;
        _hasV2 = request.Versions.Contains(PeerContentVersion.V2);
        _feeder = request.Sink is null ? null : new SinkFeeder(request, _free.Push);
    }

    /// <summary>Reads some bytes of the content; none at its end.</summary>
    public delegate ValueTask<int> Reader(long offset, Memory<byte> room, CancellationToken cancellationToken);

    /// <summary>Does it. A run runs once.</summary>
    public async Task<HashedContent> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, _workers).Select(_ => Task.Run(() => WorkAsync(stop), CancellationToken.None)))
            .ConfigureAwait(false);
        return new HashedContent(_done, [.. _request.Versions.Distinct().Select(CreateHashes)]);
    }

    /// <summary>Gives the memory back; not before the run has ended.</summary>
    public void Dispose()
    {
        _windows.ForEach(window => window.Dispose());
        _reading.Dispose();
        _collecting.Dispose();
        _room.Dispose();
    }

    private async Task WorkAsync(CancellationTokenSource stop)
    {
        try
        {
            while (await TakeAsync(stop.Token).ConfigureAwait(false) is { } window)
            {
                window.Hash(_v1Algorithm);
                await HandOverAsync(window, stop.Token).ConfigureAwait(false);

                // Others want the thread too.
                await Task.Yield();
            }
        }
        catch
        {
            // The others must not wait for what does not come.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The next window, read and cut; null behind the last.
    private async Task<HashWindow?> TakeAsync(CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_last is { IsLast: true })
            {
                _room.Release();
                return null;
            }

            HashWindow window = TakeFree();
            window.Begin(_offset, _last is null ? default : _last.Leftover.Span);
            await FillAsync(window, cancellationToken).ConfigureAwait(false);
            if (_hasV2)
            {
                window.Cut();
            }

            _offset += window.Length;
            _last = window;
            return window;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task FillAsync(HashWindow window, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            count = await _read(window.Offset + window.Length, window.Room, cancellationToken).ConfigureAwait(false);
            window.Advance(count);
        }
        while (count > 0 && !window.Room.IsEmpty);
    }

    private async Task HandOverAsync(HashWindow window, CancellationToken cancellationToken)
    {
        await _collecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _hashed.Add(window.Offset, window);
            while (_hashed.Remove(_done, out HashWindow? next))
            {
                await CollectAsync(next, cancellationToken).ConfigureAwait(false);
                _room.Release();
            }
        }
        finally
        {
            _collecting.Release();
        }
    }

    private async ValueTask CollectAsync(HashWindow window, CancellationToken cancellationToken)
    {
        if (_v1Algorithm is { } algorithm)
        {
            _v1Hashes.Write(window.GetV1Hashes(algorithm));
        }

        _v2Entries.Write(window.GetV2Entries());
        _done += window.Length;
        RequireDescribable();
        if (_feeder is null)
        {
            _free.Push(window);
        }
        else
        {
            await _feeder.FeedAsync(window, cancellationToken).ConfigureAwait(false);
        }

        _request.Progress?.Report(new PeerTransferProgress(_done, _length));
    }

    // Longer content could be published, and its information never written.
    private void RequireDescribable()
    {
        if (_v1Hashes.WrittenCount > PeerContentInformation.MaximumEncodedLength
            || _v2Entries.WrittenCount / ContentHashes.V2EntryLength > ContentInformationCodec.MaximumSegments)
        {
            throw PeerErrors.ContentOutOfBounds.Exception(
                $"'{_request.Name}' is too long: content information describes about 1 TiB in version 1, and about 256 GiB in "
                + "version 2. Publish it in parts.",
                _request.Name);
        }
    }

    // A window that was collected may still hold what is left over; it is the last, and taken only for the next.
    private HashWindow TakeFree()
    {
        if (_free.TryPop(out HashWindow? free))
        {
            return free;
        }

        HashWindow window = new(_length);
        _windows.Add(window);
        return window;
    }

    private ContentHashes CreateHashes(PeerContentVersion version)
    {
        (PeerContentHash algorithm, ArrayBufferWriter<byte> hashes) = version == PeerContentVersion.V1
            ? (_request.V1Algorithm, _v1Hashes)
            : (PeerContentHash.TruncatedSha512, _v2Entries);
        return ContentHashes.TryCreate(version, algorithm, _done, hashes.WrittenSpan.ToArray(), out ContentHashes? result)
            ? result
            : throw new InvalidOperationException($"The hashes of {_done} bytes are not those of so much content.");
    }
}

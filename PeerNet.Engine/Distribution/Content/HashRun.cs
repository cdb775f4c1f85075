using System.Buffers;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// One reading of content. One loop reads and cuts ahead, window by window; each window is hashed on another thread, and
/// its hashes are taken in order.
/// </summary>
internal sealed class HashRun
{
    private const int MaximumThreads = 32;

    // One window a thread, and two more to read and cut ahead.
    private static readonly int MaximumInFlight = Math.Min(Environment.ProcessorCount, MaximumThreads) + 2;

    private readonly HashRequest _request;
    private readonly long _length;
    private readonly Reader _read;
    private readonly PeerContentHash? _v1Algorithm;
    private readonly bool _hasV2;
    private readonly ArrayBufferWriter<byte> _v1Hashes = new();
    private readonly ArrayBufferWriter<byte> _v2Entries = new();
    private readonly SinkFeeder? _feeder;
    private readonly Queue<(HashWindow Window, Task Hashing)> _inFlight = new();
    private readonly Stack<HashWindow> _free = new();
    private readonly List<HashWindow> _windows = [];
    private long _done;

    /// <param name="request">What is to be made.</param>
    /// <param name="length">Bytes of the content; negative where that is not known.</param>
    /// <param name="read">Reads it.</param>
    public HashRun(HashRequest request, long length, Reader read)
    {
        _request = request;
        _length = length;
        _read = read;
        _v1Algorithm = request.Versions.Contains(PeerContentVersion.V1) ? request.V1Algorithm : null;
        _hasV2 = request.Versions.Contains(PeerContentVersion.V2);
        _feeder = request.Sink is null ? null : new SinkFeeder(request, _free.Push);
    }

    /// <summary>Reads some bytes of the content; none at its end.</summary>
    public delegate ValueTask<int> Reader(long offset, Memory<byte> room, CancellationToken cancellationToken);

    /// <summary>Does it. A run runs once.</summary>
    public async Task<HashedContent> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAllAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Threads that still hash must not do so in buffers that others have.
            await Task.WhenAll(_inFlight.Select(window => window.Hashing)).ConfigureAwait(false);
            _windows.ForEach(window => window.Dispose());
        }

        return new HashedContent(_done, [.. _request.Versions.Distinct().Select(CreateHashes)], Stamp: null);
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        HashWindow? previous = null;
        long offset = 0;
        do
        {
            if (_inFlight.Count == MaximumInFlight)
            {
                await CollectAsync(cancellationToken).ConfigureAwait(false);
            }

            HashWindow window = Take();
            window.Begin(offset, previous is null ? default : previous.Leftover.Span);
            await FillAsync(window, cancellationToken).ConfigureAwait(false);
            if (_hasV2)
            {
                window.Cut();
            }

            _inFlight.Enqueue((window, Task.Run(() => window.Hash(_v1Algorithm), CancellationToken.None)));
            offset += window.Length;
            previous = window;
        }
        while (!previous.IsLast);

        while (_inFlight.Count > 0)
        {
            await CollectAsync(cancellationToken).ConfigureAwait(false);
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

    // The window that was read last is the one that is collected last: its leftover is safe until it has been copied.
    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        (HashWindow window, Task hashing) = _inFlight.Peek();
        await hashing.ConfigureAwait(false);
        _inFlight.Dequeue();
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

    private HashWindow Take()
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

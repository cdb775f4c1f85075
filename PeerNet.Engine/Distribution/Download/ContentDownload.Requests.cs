using System.Buffers;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <content>What the scheduler wants done is done here: each worker goes from one request to the next.</content>
internal sealed partial class ContentDownload
{
    private int _received;

    private int TakeReceived() => Interlocked.Exchange(ref _received, 0);

    private void Tick() => Do(() => _machine.Tick(Now));

    // For events that nobody waits for.
    private void Do(Action change)
    {
        try
        {
            Work work;
            lock (_gate)
            {
                change();
                work = Collect();
            }

            StartAll(work);
        }
#pragma warning disable CA1031 // It has no caller to report to; the failure ends the download, and is reported by it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }
    }

    // The gate is held. Cancelling runs code of others and is left for later.
    private Work Collect()
    {
        DownloadRequest? next = null;
        List<DownloadRequest>? others = null;
        List<CancellationTokenSource>? cancelled = null;
        while (_machine.TryTakeResult(out SegmentResult result))
        {
            NoteMissing(result);
        }

        while (_machine.TryTakeCancelled(out DownloadRequest request))
        {
            if (_running.TryGetValue(request, out CancellationTokenSource? cancellation))
            {
                (cancelled ??= []).Add(cancellation);
            }
        }

        while (_machine.TryTakeRequest(out DownloadRequest request))
        {
            if (_stop.IsCancellationRequested)
            {
                continue;
            }

            _running.Add(request, CreateCancellation(request));
            if (next is null)
            {
                next = request;
            }
            else
            {
                (others ??= []).Add(request);
            }
        }

        if (_machine.WantsSegments)
        {
            _changed.Set();
        }

        return new(next, others, cancelled);
    }

    // The scheduler times requests to peers; probes and segment lists have a time of their own.
    private CancellationTokenSource CreateCancellation(DownloadRequest request) =>
        request.Kind is DownloadRequestKind.Probe or DownloadRequestKind.SegmentList
            ? new(_options.RequestTimeout, _time)
            : new();

    private void NoteMissing(SegmentResult result)
    {
        BlockSet missing = result.Missing;
        for (int block = missing.NextFrom(0); block >= 0; block = missing.NextFrom(block + 1))
        {
            _missing.Add(_layout.GetNumber(result.Index, block));
        }
    }

    private void StartAll(Work work)
    {
        if (work.Next is { } next)
        {
            Start(next);
        }

        StartOthers(work);
    }

    private void StartOthers(Work work)
    {
        work.Others?.ForEach(Start);
        work.Cancelled?.ForEach(request => _ = request.CancelAsync());
    }

    private void Start(DownloadRequest request) => _ = Task.Run(() => WorkAsync(request));

    private async Task WorkAsync(DownloadRequest first)
    {
        for (DownloadRequest? request = first; request is not null;)
        {
            Work work = default;
            try
            {
                work = request.Kind switch
                {
                    DownloadRequestKind.Block => await FetchBlockAsync(request).ConfigureAwait(false),
                    DownloadRequestKind.BlockList => await FetchBlockListAsync(request).ConfigureAwait(false),
                    DownloadRequestKind.SegmentList => await FetchSegmentListAsync(request).ConfigureAwait(false),
                    _ => await ProbeAsync(request).ConfigureAwait(false),
                };
            }
#pragma warning disable CA1031 // Whatever it is, it ends the download, and is reported by it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(exception);
            }

            StartOthers(work);
            Finish(request);
            request = work.Next;
        }
    }

    private void Finish(DownloadRequest request)
    {
        bool isLast;
        lock (_gate)
        {
            _running.Remove(request);
            isLast = _running.Count == 0;
        }

        if (isLast)
        {
            _changed.Set();
        }
    }

    private async Task<Work> FetchBlockAsync(DownloadRequest request)
    {
        SegmentSession session = request.Session;
        DownloadServer server = request.Server!;
        int length = session.Segment.GetBlockLength(request.Block);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        bool isKept = false;
        BlockOutcome outcome;
        try
        {
            outcome = await AskForBlockAsync(request, buffer.AsMemory(0, length)).ConfigureAwait(false);
            if (outcome == BlockOutcome.Received && TryClaim(request))
            {
                isKept = await KeepFromServerAsync(request, buffer, length).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!isKept)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        int excluded = 0;
        Work work;
        lock (_gate)
        {
            excluded -= server.IsExcluded ? 1 : 0;
            _machine.BlockEnded(request, outcome, Now);
            excluded += server.IsExcluded ? 1 : 0;
            work = Collect();
        }

        if (excluded > 0)
        {
            DownloadLog.Excluded(_logger, server.Address);
        }

        return work;
    }

    private async Task<BlockOutcome> AskForBlockAsync(DownloadRequest request, Memory<byte> destination)
    {
        try
        {
            return await _sources.Client.GetBlockAsync(
                request.Server!.Address, request.Session.Segment, request.Block, destination, GetToken(request))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return BlockOutcome.Failed;
        }
    }

    private CancellationToken GetToken(DownloadRequest request)
    {
        lock (_gate)
        {
            return _running[request].Token;
        }
    }

    private bool TryClaim(DownloadRequest request)
    {
        lock (_gate)
        {
            return _machine.Claim(request);
        }
    }

    // Whether the buffer has been handed on.
    private async ValueTask<bool> KeepFromServerAsync(DownloadRequest request, byte[] buffer, int length)
    {
        Interlocked.Increment(ref _received);
        int index = request.Session.Index;
        bool isHosted = request.Server!.IsHostedCache;
        Keep(index, request.Block, buffer.AsSpan(0, length), isHosted ? BlockSource.HostedCache : BlockSource.Peer);
        if (_cacheWriter is null)
        {
            return false;
        }

        await _cacheWriter.WriteAsync(index, request.Block, buffer, length, isNew: !isHosted).ConfigureAwait(false);
        return true;
    }

    private async Task<Work> FetchBlockListAsync(DownloadRequest request)
    {
        BlockSet? available = null;
        try
        {
            available = await _sources.Client.GetBlockListAsync(
                request.Server!.Address, request.Session.Segment.Id, request.Session.Wanted, GetToken(request))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As if it had not answered.
        }

        lock (_gate)
        {
            _machine.BlockListEnded(request, available, Now);
            return Collect();
        }
    }

    private async Task<Work> FetchSegmentListAsync(DownloadRequest request)
    {
        IReadOnlyList<int>? held = null;
        try
        {
            held = await _sources.Client.GetSegmentListAsync(
                request.Server!.Address, request.GetIds(), GetToken(request)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As if it had not answered.
        }

        lock (_gate)
        {
            _machine.SegmentListEnded(request, held, Now);
            return Collect();
        }
    }

    private async Task<Work> ProbeAsync(DownloadRequest request)
    {
        bool isAnswered = false;
        try
        {
            IAsyncEnumerable<FoundPeer> answers = _sources.Finder!.FindAsync(
                request.GetIds(), request.Session.Segment.Version, GetToken(request));
            await foreach (FoundPeer peer in answers.ConfigureAwait(false))
            {
                Meet(request, peer);
            }

            isAnswered = true;
        }
        catch (OperationCanceledException)
        {
            // Who answered in time has been met.
        }
        catch (PeerException exception)
        {
            DownloadLog.FinderFailed(_logger, exception.Message);
        }

        lock (_gate)
        {
            _machine.ProbeEnded(request, isAnswered, Now);
            return Collect();
        }
    }

    private void Meet(DownloadRequest probe, FoundPeer peer)
    {
        Work work;
        lock (_gate)
        {
            _machine.Found(probe, GetAddress(peer.Endpoint), peer.Segments, Now);
            work = Collect();
        }

        StartAll(work);
    }

    /// <summary>A peer has answered a probe that has ended: what it has and the source has not been read for, it is asked for
    /// after all.</summary>
    public void MeetLate(FoundPeer peer) => Do(() =>
    {
        if (!_stop.IsCancellationRequested)
        {
            _machine.FoundLate(GetAddress(peer.Endpoint), peer.Segments, Now);
            _machine.Add(TakeBack([.. peer.Segments]), Now);
        }
    });

    private List<SegmentSession> TakeBack(HashSet<SegmentId> ids)
    {
        List<SegmentSession> sessions = [];
        for (int index = 0; index < _layout.SegmentCount; index++)
        {
            PeerContentSegment segment = _layout.GetSegment(index);
            BlockSet wanted = ids.Contains(segment.Id) ? _missing.TakeSegment(index) : default;
            if (!wanted.IsEmpty)
            {
                sessions.Add(new(index, segment, wanted, _options));
            }
        }

        return sessions;
    }

    /// <summary>The base address of a peer's retrieval server.</summary>
    public static Uri GetAddress(IPEndPoint endpoint) => new($"http://{endpoint}/");

    private readonly record struct Work(
        DownloadRequest? Next, List<DownloadRequest>? Others, List<CancellationTokenSource>? Cancelled);
}

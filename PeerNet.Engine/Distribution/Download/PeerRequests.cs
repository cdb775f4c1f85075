using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Asks servers and the link what a download wants asked. What is cancelled has failed, as has what was not answered.</summary>
/// <param name="sources">Whom to ask.</param>
/// <param name="keeper">Takes the blocks.</param>
/// <param name="logger">Told where peers cannot be looked for.</param>
internal sealed class PeerRequests(DownloadSources sources, BlockKeeper keeper, ILogger logger)
{
    /// <summary>The base address of a peer's retrieval server.</summary>
    public static Uri GetAddress(IPEndPoint endpoint) => new($"http://{endpoint}/");

    /// <summary>Asks, and ends with what the schedule is to be told.</summary>
    /// <param name="request">The request.</param>
    /// <param name="post">Has the schedule told of what comes before the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The disk failed.</exception>
    public Task<Action<Moment>> AskAsync(
        DownloadRequest request, Action<Action<Moment>> post, CancellationToken cancellationToken) => request.Kind switch
        {
            DownloadRequestKind.Block => FetchBlockAsync(request, cancellationToken),
            DownloadRequestKind.BlockList => FetchBlockListAsync(request, cancellationToken),
            DownloadRequestKind.SegmentList => FetchSegmentListAsync(request, cancellationToken),
            _ => ProbeAsync(request, post, cancellationToken),
        };

    private async Task<Action<Moment>> FetchBlockAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        PeerContentSegment segment = request.Session.Segment;
        int length = segment.GetBlockLength(request.Block);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        BlockOutcome outcome = BlockOutcome.Failed;
        try
        {
            outcome = await sources.Client.GetBlockAsync(
                request.Server!.Address, segment, request.Block, buffer.AsMemory(0, length), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As if it had not come.
        }
        finally
        {
            if (outcome != BlockOutcome.Received)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        if (outcome == BlockOutcome.Received)
        {
            bool isNew = !request.Server!.IsHostedCache;
            await keeper.KeepAsync(request.Session.Index, request.Block, buffer, length, isNew).ConfigureAwait(false);
        }

        return now => request.Download.BlockEnded(now, request, outcome);
    }

    private async Task<Action<Moment>> FetchBlockListAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        BlockSet? available = null;
        try
        {
            available = await sources.Client.GetBlockListAsync(
                request.Server!.Address, request.Session.Segment.Id, request.Session.Wanted, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As if it had not answered.
        }

        return now => request.Download.BlockListEnded(now, request, available);
    }

    private async Task<Action<Moment>> FetchSegmentListAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<int>? held = null;
        try
        {
            held = await sources.Client.GetSegmentListAsync(request.Server!.Address, request.GetIds(), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As if it had not answered.
        }

        return now => request.Download.SegmentListEnded(now, request, held);
    }

    private async Task<Action<Moment>> ProbeAsync(
        DownloadRequest request, Action<Action<Moment>> post, CancellationToken cancellationToken)
    {
        bool isAnswered = false;
        try
        {
            IAsyncEnumerable<FoundPeer> answers = sources.Finder!.FindAsync(
                request.GetIds(), request.Session.Segment.Version, cancellationToken);
            await foreach (FoundPeer peer in answers.ConfigureAwait(false))
            {
                post(now => request.Download.Found(now, request, GetAddress(peer.Endpoint), peer.Segments));
            }

            isAnswered = true;
        }
        catch (OperationCanceledException)
        {
            // Who answered in time has been met.
        }
        catch (PeerException exception)
        {
            DownloadLog.FinderFailed(logger, exception.Message);
        }

        return now => request.Download.ProbeEnded(now, request, isAnswered);
    }
}

using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Downloads described content into files. Every byte is checked. An attempt that is cancelled, killed, or left by the
/// network or the disk keeps what has come beside the target, and the next one goes on from there; where nobody is left
/// to ask, or the content has changed, nothing is kept.
/// </summary>
internal sealed class ContentDownloader : IDisposable
{
    private readonly DownloadSources _sources;
    private readonly PartialFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DownloadRunner _runner;

    /// <param name="sources">Whom downloads ask.</param>
    /// <param name="files">Where they write to, until all is there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what downloads do.</param>
    public ContentDownloader(DownloadSources sources, PartialFiles files, TimeProvider time, ILogger logger)
    {
        _sources = sources;
        _files = files;
        _time = time;
        _logger = logger;
        _runner = new(sources.Finder, time, logger);
    }

    /// <summary>Downloads into <see cref="PeerReceiveRequest.Path"/>.</summary>
    /// <param name="information">What describes the content.</param>
    /// <param name="request">What of it is wanted, and where to.</param>
    /// <param name="origin">Who has it all; null for nobody.</param>
    /// <param name="progress">Told at most ten times a second.</param>
    /// <param name="cancellationToken">Gives up; what has come is kept.</param>
    /// <exception cref="PeerException">Data is missing, the target exists or is being written, the disk is full, the time
    /// is over.</exception>
    public async Task<DownloadResult> DownloadAsync(
        PeerContentInformation information,
        PeerReceiveRequest request,
        IContentOrigin? origin,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        PartialFile.CheckTarget(request.Path, request.Overwrite);
        ContentLayout layout = ContentLayout.Create(information, request.Offset, request.Length);
        byte[] identity = layout.ComputeIdentity();
        using PartialFile file = _files.Open(request.Path, identity, layout.Length);
        using CancellationTokenSource timeout = request.Timeout is { } limit ? new(limit, _time) : new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var work = new DownloadWork(
            request,
            layout,
            file,
            request.NoCache ? _sources with { Cache = null } : _sources,
            origin is null ? null : new SourceReader(origin, layout, _sources.MinimumLatency, _time),
            progress,
            _logger);
        try
        {
            await _runner.RunAsync(work, stop.Token).ConfigureAwait(false);
            await work.ConcludeAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.Timeout.Exception(
                $"'{request.Path}' was not complete after {request.Timeout}. What has come is kept; repeat the download to "
                + "go on.",
                request.Path,
                exception);
        }

        file.Commit(request.Overwrite);
        return work.CreateResult(_time.GetElapsedTime(began));
    }

    /// <summary>Takes no more downloads. Those that run go on with what they are left.</summary>
    public void Dispose() => _runner.Dispose();
}

/// <summary>What a download brought.</summary>
/// <param name="Receipt">For the caller.</param>
/// <param name="NewSegments">What is new in the cache.</param>
internal sealed record DownloadResult(PeerContentReceipt Receipt, IReadOnlyList<DownloadedSegment> NewSegments);

/// <summary>A segment of which a download brought something new into the cache; worth an offer to a hosted cache.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="NewBlocks">Blocks that came from neither the cache nor a hosted cache, and are in the cache now.</param>
internal sealed record DownloadedSegment(PeerContentSegment Segment, int NewBlocks);

using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Downloads described content into files. Every byte is checked. An attempt that is cancelled, killed, or left by the
/// network or the disk keeps what has come beside the target, and the next one goes on from there; where nobody is left
/// to ask, or the content has changed, nothing is kept.
/// </summary>
internal sealed class ContentDownloader(DownloadSources sources, DownloadOptions options, TimeProvider time, ILogger logger)
{
    private readonly ServerInformationLists _lists = new(options);

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
        long began = time.GetTimestamp();
        PartialFile.CheckTarget(request.Path, request.Overwrite);
        ContentLayout layout = ContentLayout.Create(information, request.Offset, request.Length);
        byte[] identity = layout.ComputeIdentity();
        using PartialFile file = PartialFile.Open(request.Path, identity, layout.Length);
        using CancellationTokenSource timeout = request.Timeout is { } limit ? new(limit, time) : new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var download = new ContentDownload(
            new() { Request = request, Layout = layout, Identity = identity, File = file, Origin = origin },
            request.NoCache ? sources with { Cache = null } : sources,
            _lists,
            options,
            time,
            progress,
            logger);
        try
        {
            await download.RunAsync(stop.Token).ConfigureAwait(false);
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
        return download.CreateResult(time.GetElapsedTime(began));
    }
}

using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Downloads described content into files. Every byte is checked. An attempt that is cancelled, killed, or left by the
/// network or the disk keeps what has come beside the target, and the next one goes on from there; where nobody is left
/// to ask, or the content has changed, nothing is kept.
/// </summary>
internal sealed class ContentDownloader
{
    private readonly DownloadSources _sources;
    private readonly DownloadOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerInformationLists _lists;
    private readonly Lock _gate = new();
    private readonly HashSet<ContentDownload> _running = [];

    /// <param name="sources">Whom downloads ask.</param>
    /// <param name="options">Limits and timers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what downloads do.</param>
    public ContentDownloader(DownloadSources sources, DownloadOptions options, TimeProvider time, ILogger logger)
    {
        _sources = sources;
        _options = options;
        _time = time;
        _logger = logger;
        _lists = new(options);
        if (sources.Finder is { } finder)
        {
            finder.FoundLate += OnFoundLate;
        }
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
        using PartialFile file = PartialFile.Open(request.Path, identity, layout.Length);
        using CancellationTokenSource timeout = request.Timeout is { } limit ? new(limit, _time) : new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var download = new ContentDownload(
            new() { Request = request, Layout = layout, File = file, Origin = origin },
            request.NoCache ? _sources with { Cache = null } : _sources,
            _lists,
            _options,
            _time,
            progress,
            _logger);
        try
        {
            await RunAsync(download, stop.Token).ConfigureAwait(false);
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
        return download.CreateResult(_time.GetElapsedTime(began));
    }

    private async Task RunAsync(ContentDownload download, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _running.Add(download);
        }

        try
        {
            await download.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(download);
            }
        }
    }

    // It may be of use to any download, that runs or is to come: peers that have one segment of a content have others.
    private void OnFoundLate(FoundPeer peer)
    {
        foreach (SegmentId id in peer.Segments)
        {
            _lists.Add(id, ContentDownload.GetAddress(peer.Endpoint), _time.GetElapsedTime(0));
        }

        lock (_gate)
        {
            foreach (ContentDownload download in _running)
            {
                download.MeetLate(peer);
            }
        }
    }
}

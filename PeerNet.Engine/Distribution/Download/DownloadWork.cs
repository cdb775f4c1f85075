using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Does what one download wants done: asks, reads, and puts each block where it belongs. What is not awaited runs on the loop of
/// the machine; so do the ends of all that is.
/// </summary>
internal sealed class DownloadWork : IDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private readonly PeerReceiveRequest _request;
    private readonly PartialFile _file;
    private readonly DownloadSources _sources;
    private readonly IProgress<PeerTransferProgress>? _progress;
    private readonly ILogger _logger;
    private readonly SourceReader? _source;
    private readonly CacheWriter? _cache;
    private readonly BlockKeeper _keeper;
    private readonly PeerRequests _peers;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<DownloadRequest, CancellationTokenSource> _asked = [];
    private Action<Action<Moment>> _post = _ => { };
    private TimeSpan _reported;
    private int _tasks;
    private bool _isEnding;
    private Exception? _failure;
    private Exception? _sourceFailure;

    public DownloadWork(
        PeerReceiveRequest request,
        ContentLayout layout,
        PartialFile file,
        DownloadSources sources,
        SourceReader? source,
        IProgress<PeerTransferProgress>? progress,
        ILogger logger)
    {
        _request = request;
        Layout = layout;
        _file = file;
        _sources = sources;
        _source = source;
        _progress = progress;
        _logger = logger;
        _cache = sources.Cache is { } cache ? new(cache, layout, request.Tag, logger, _stop.Token) : null;
        _keeper = new(layout, file, sources.Cache, _cache);
        _peers = new(sources, _keeper, logger);
    }

    public ContentLayout Layout { get; }

    public DownloadMeans Means => new()
    {
        HostedCaches = _sources.HostedCaches,
        CanDiscover = _sources.Finder is not null,
        HasSource = _source is not null,
    };

    /// <summary>The schedule; null until it has begun.</summary>
    public DownloadSchedule? Schedule { get; private set; }

    /// <summary>Whether nothing is under way, and nothing more will be.</summary>
    public bool IsOver => _isEnding && _tasks == 0;

    /// <summary>Ends when it is over, and nothing touches the schedule.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Takes the schedule.</summary>
    /// <param name="now">The time.</param>
    /// <param name="schedule">What says what is to be done.</param>
    /// <param name="post">Has something done on the loop.</param>
    public void Begin(Moment now, DownloadSchedule schedule, Action<Action<Moment>> post)
    {
        Schedule = schedule;
        _post = post;
        _reported = now.Elapsed;
        DownloadLog.Begins(_logger, Layout.Length, _request.Path, _keeper.Left);
    }

    /// <summary>Gives up. What is under way ends first.</summary>
    public void Stop()
    {
        if (!_isEnding)
        {
            // Cancelling runs code of others, which must not be run here.
            _ = _stop.CancelAsync();
            foreach (CancellationTokenSource request in _asked.Values)
            {
                _ = request.CancelAsync();
            }
        }

        _isEnding = true;
    }

    /// <summary>Gives up; the first failure is the one that is reported.</summary>
    public void Fail(Exception exception)
    {
        _failure ??= exception;
        Stop();
    }

    /// <summary>The runner has left it.</summary>
    public void SetEnded() => _ended.TrySetResult();

    /// <summary>Does what is wanted, or begins it.</summary>
    public void Perform(DownloadEffect effect)
    {
        switch (effect)
        {
            case DownloadEffect.Cancel cancel:
                _ = _asked.GetValueOrDefault(cancel.Request)?.CancelAsync();
                break;
            case DownloadEffect.Exclude exclude:
                DownloadLog.Excluded(_logger, exclude.Server);
                break;
            case DownloadEffect.AskAgain again:
                DownloadLog.AsksAgain(_logger, _request.Path, again.Blocks);
                break;
            case DownloadEffect.End:
                _isEnding = true;
                break;
            case var _ when _isEnding:
                break;
            case DownloadEffect.Ask ask:
                Ask(ask.Request);
                break;
            case DownloadEffect.Look look:
                Look(look.Index);
                break;
            case DownloadEffect.Read read:
                Start(() => ReadAsync(read.What));
                break;
            case DownloadEffect.Save save:
                Start(() => Task.FromResult(Save(save.Held)));
                break;
        }
    }

    /// <summary>Ends when the cache has what it takes, and tells what has become of the download.</summary>
    /// <exception cref="PeerException">Data is missing, or the disk failed.</exception>
    public async Task ConcludeAsync(CancellationToken cancellationToken)
    {
        bool isWhole = Schedule is { IsWhole: true };
        if (!isWhole)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await (_cache?.CompleteAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        Report();
        if (!isWhole)
        {
            Explain(cancellationToken);
        }
    }

    /// <summary>What the finished download says of itself.</summary>
    public DownloadResult CreateResult(TimeSpan duration)
    {
        DownloadSchedule schedule = Schedule!;
        var receipt = new PeerContentReceipt
        {
            Path = _request.Path,
            Length = Layout.Length,
            BytesFromCache = schedule.GetBytes(BlockSource.Cache),
            BytesFromPeers = schedule.GetBytes(BlockSource.Peer),
            BytesFromHostedCache = schedule.GetBytes(BlockSource.HostedCache),
            BytesFromSource = schedule.GetBytes(BlockSource.Origin),
            BytesResumed = schedule.GetBytes(BlockSource.PartialFile),
            Peers = schedule.UsefulPeers,
            ExcludedPeers = schedule.ExcludedServers,
            Verified = true,
            Duration = duration,
        };
        DownloadLog.Complete(
            _logger,
            receipt.Path,
            receipt.BytesFromCache,
            receipt.BytesFromHostedCache,
            receipt.BytesFromPeers,
            receipt.BytesFromSource);
        return new(receipt, [.. FindNewSegments()]);
    }

    public void Dispose() => _stop.Dispose();

    private IEnumerable<DownloadedSegment> FindNewSegments()
    {
        for (int index = 0; _cache is not null && index < Layout.SegmentCount; index++)
        {
            if (_cache.GetStored(index) is > 0 and var stored)
            {
                yield return new(Layout.GetSegment(index), stored);
            }
        }
    }

    // Each task comes back to the loop once, with what it has to say.
    private void Start(Func<Task<Action<Moment>>> work)
    {
        _tasks++;
        _ = Task.Run(async () =>
        {
            Action<Moment> input;
            try
            {
                input = await work().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                input = _ => { };
            }
#pragma warning disable CA1031 // Whatever it is, it ends the download, and is reported by it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                input = _ => Fail(exception);
            }

            _post(now => Finish(now, input));
        });
    }

    private void Finish(Moment now, Action<Moment> input)
    {
        _tasks--;
        input(now);
        if (now.Elapsed - _reported >= ReportInterval)
        {
            _reported = now.Elapsed;
            Report();
        }
    }

    private void Report()
    {
        if (_progress is not null && Schedule is { } schedule)
        {
            _progress.Report(new(
                Enum.GetValues<BlockSource>().Sum(schedule.GetBytes),
                Layout.Length,
                schedule.GetBytes(BlockSource.Cache),
                schedule.GetBytes(BlockSource.Peer),
                schedule.GetBytes(BlockSource.HostedCache),
                schedule.GetBytes(BlockSource.Origin)));
        }
    }

    private void Ask(DownloadRequest request)
    {
        var cancellation = new CancellationTokenSource();
        _asked.Add(request, cancellation);
        Start(async () =>
        {
            Action<Moment> input = await _peers.AskAsync(request, _post, cancellation.Token).ConfigureAwait(false);
            return now =>
            {
                _asked.Remove(request);
                input(now);
            };
        });
    }

    private void Look(int index)
    {
        if (_keeper.HasAny)
        {
            Start(() => LookAsync(index));
        }
        else
        {
            _post(now => Schedule!.AtHand(now, index, default, default));
        }
    }

    private async Task<Action<Moment>> LookAsync(int index)
    {
        (BlockSet left, BlockSet cached) = await _keeper.LookAsync(index, _stop.Token).ConfigureAwait(false);
        return now => Schedule!.AtHand(now, index, left, cached);
    }

    private async Task<Action<Moment>> ReadAsync(SourceRead read)
    {
        PeerException? failure = await _source!.TryReadAsync(read.First, read.Count, _keeper.KeepAsync, _stop.Token)
            .ConfigureAwait(false);
        if (failure is null)
        {
            return now => Schedule!.SourceRead(now, read);
        }

        bool isPassing = failure.Error.Kind is PeerErrorKind.Connection or PeerErrorKind.Timeout;
        return now =>
        {
            Schedule!.SourceFailed(now, read, isPassing);
            if (Schedule.IsSourceOff && _sourceFailure is null)
            {
                _sourceFailure = failure;
                DownloadLog.SourceFailed(_logger, failure.Message);
            }
        };
    }

    private Action<Moment> Save(BlockMap held)
    {
        TrySave(held);
        return now => Schedule!.Saved(now);
    }

    private void TrySave(BlockMap held)
    {
        try
        {
            PartialState.Write(_file, held);
        }
        catch (PeerException exception)
        {
            // Only the next attempt would have gained from it.
            DownloadLog.StateNotWritten(_logger, _request.Path, exception.Message);
        }
    }

    // Nothing is under way any more, and not all is there.
    private void Explain(CancellationToken cancellationToken)
    {
        if (Schedule is { Held.Marked: > 0 } schedule)
        {
            TrySave(schedule.Held);
        }
        else
        {
            _file.Discard();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (_failure is { } failure)
        {
            if (failure is PeerException { Error: var error } && error == PeerErrors.ContentInvalidated)
            {
                _file.Discard();
            }

            ExceptionDispatchInfo.Throw(failure);
        }

        ThrowMissing();
    }

    private void ThrowMissing()
    {
        string what = Layout.DescribeMissing(Schedule!.Held);
        if (_sourceFailure is { } reason)
        {
            throw PeerErrors.MissingData.Exception(
                $"'{_request.Path}' is not complete: {what}. The source did not deliver: {reason.Message} What has "
                + "come is kept; repeat the download to go on.",
                _request.Path,
                reason);
        }

        // Nobody has it: what has come would never become a file.
        _file.Discard();
        throw PeerErrors.MissingData.Exception(
            $"'{_request.Path}' cannot be completed: {what}. No cache or peer has them; name a source.",
            _request.Path);
    }
}

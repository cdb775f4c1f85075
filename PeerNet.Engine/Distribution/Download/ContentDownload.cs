using System.Buffers;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// One download as it runs: feeds the scheduler with segments, does what it wants done, and puts each block where it
/// belongs. The gate guards the scheduler and the map of what is done.
/// </summary>
internal sealed partial class ContentDownload : IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly DownloadTask _task;
    private readonly ContentLayout _layout;
    private readonly DownloadSources _sources;
    private readonly ServerInformationLists _lists;
    private readonly DownloadOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransferCounters _counters;

    private readonly Lock _gate = new();
    private readonly DownloadMachine _machine;
    private readonly BlockMap _done;
    private readonly MissingBlocks _missing;
    private readonly Dictionary<DownloadRequest, CancellationTokenSource> _running = [];
    private readonly Pulse _changed = new();
    private readonly CancellationTokenSource _stop = new();
    private SourceReader? _source;
    private CacheWriter? _cacheWriter;
    private Exception? _failure;

    public ContentDownload(
        DownloadTask task,
        DownloadSources sources,
        ServerInformationLists lists,
        DownloadOptions options,
        TimeProvider time,
        IProgress<PeerTransferProgress>? progress,
        ILogger logger)
    {
        _task = task;
        _layout = task.Layout;
        _sources = sources;
        _lists = lists;
        _options = options;
        _time = time;
        _logger = logger;
        _counters = new(_layout.Length, progress, time);
        _machine = new(options, lists, sources.Finder is not null, sources.HostedCaches);
        _done = new(_layout.BlockCount);
        _missing = new(_layout);
    }

    private bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _done.Marked == _done.Length;
            }
        }
    }

    // Monotonic, and common to all downloads of the process.
    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Runs until the file is whole.</summary>
    /// <exception cref="PeerException">Data is missing, or the disk failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Stop);
        Task cacheWork = StartCacheWriter();
        Task sourceWork = StartSource();
        Task stateWork = SaveStateAsync();
        try
        {
            await using (_time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval).ConfigureAwait(false))
            {
                await FetchAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever stopped it says why, below.
        }
        finally
        {
            _source?.Complete();
            if (!IsDone)
            {
                Stop();
            }

            await WaitForRequestsAsync().ConfigureAwait(false);
            await sourceWork.ConfigureAwait(false);
            await (_cacheWriter?.CompleteAsync() ?? cacheWork).ConfigureAwait(false);
            Stop();
            await stateWork.ConfigureAwait(false);
            _counters.Report();
        }

        Conclude(cancellationToken);
    }

    /// <summary>What the finished download says of itself.</summary>
    public DownloadResult CreateResult(TimeSpan duration)
    {
        DownloadLog.Complete(
            _logger,
            _task.Request.Path,
            _counters[BlockSource.Cache],
            _counters[BlockSource.HostedCache],
            _counters[BlockSource.Peer],
            _counters[BlockSource.Origin]);
        var receipt = new PeerContentReceipt
        {
            Path = _task.Request.Path,
            Length = _layout.Length,
            BytesFromCache = _counters[BlockSource.Cache],
            BytesFromPeers = _counters[BlockSource.Peer],
            BytesFromHostedCache = _counters[BlockSource.HostedCache],
            BytesFromSource = _counters[BlockSource.Origin],
            BytesResumed = _counters[BlockSource.PartialFile],
            Peers = _machine.UsefulPeers,
            ExcludedPeers = _machine.ExcludedServers,
            Verified = true,
            Duration = duration,
        };
        return new(receipt, [.. FindNewSegments()]);
    }

    public void Dispose() => _stop.Dispose();

    private IEnumerable<DownloadedSegment> FindNewSegments()
    {
        for (int index = 0; _cacheWriter is { } writer && index < _layout.SegmentCount; index++)
        {
            if (writer.GetStored(index) is > 0 and var stored)
            {
                yield return new(_layout.GetSegment(index), stored);
            }
        }
    }

    private Task StartCacheWriter()
    {
        if (_sources.Cache is { } cache)
        {
            _cacheWriter = new(cache, _layout, _task.Request.Tag, _options.CacheQueue, _logger, _stop.Token);
        }

        return Task.CompletedTask;
    }

    private async Task StartSource()
    {
        if (_task.Origin is not { } origin)
        {
            return;
        }

        _source = new(origin, _layout, _missing, KeepFromSourceAsync, _options, _time, _logger);
        try
        {
            await _source.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever it is, it ends the download, and is reported by it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }
    }

    // The first failure is the one that is reported.
    private void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, exception, null);
        Stop();
    }

    private void Stop()
    {
        CancellationTokenSource[] running;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            running = [.. _running.Values];
        }

        _stop.Cancel();
        foreach (CancellationTokenSource request in running)
        {
            _ = request.CancelAsync();
        }

        _changed.Set();
    }

    private void Conclude(CancellationToken cancellationToken)
    {
        if (IsDone)
        {
            return;
        }

        if (_done.Marked == 0)
        {
            _task.File.Discard();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (_failure is { } failure)
        {
            if (failure is PeerException { Error: var error } && error == PeerErrors.ContentInvalidated)
            {
                _task.File.Discard();
            }

            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        ThrowMissing();
    }

    private void ThrowMissing()
    {
        string what = MissingRanges.Describe(MissingRanges.Find(_layout, _done));
        if (_source?.Failure is { } reason)
        {
            throw PeerErrors.MissingData.Exception(
                $"'{_task.Request.Path}' is not complete: {what}. The source did not deliver: {reason.Message} What has "
                + "come is kept; repeat the download to go on.",
                _task.Request.Path,
                reason);
        }

        // Nobody has it: what has come would never become a file.
        _task.File.Discard();
        throw PeerErrors.MissingData.Exception(
            $"'{_task.Request.Path}' cannot be completed: {what}. No cache or peer has them; name a source.",
            _task.Request.Path);
    }

    private async Task SaveStateAsync()
    {
        int saved = 0;
        try
        {
            using PeriodicTimer timer = new(_options.StateInterval, _time);
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                saved = SaveState(saved);
            }
        }
        catch (OperationCanceledException)
        {
            if (!IsDone)
            {
                SaveState(saved);
            }
        }
    }

    private int SaveState(int saved)
    {
        BlockMap done;
        lock (_gate)
        {
            if (_done.Marked == saved)
            {
                return saved;
            }

            done = _done.Clone();
        }

        try
        {
            PartialState.Write(_task.File, done);
        }
        catch (PeerException exception)
        {
            // Only the next attempt would have gained from it.
            DownloadLog.StateNotWritten(_logger, _task.Request.Path, exception.Message);
        }

        return done.Marked;
    }

    private async ValueTask KeepFromSourceAsync(int index, int block, ReadOnlyMemory<byte> data, bool isCached)
    {
        Keep(index, block, data.Span, BlockSource.Origin);
        if (isCached && _cacheWriter is not null)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(data.Length);
            data.CopyTo(buffer);
            await _cacheWriter.WriteAsync(index, block, buffer, data.Length, isNew: true).ConfigureAwait(false);
        }
    }

    // Puts a verified block in its place.
    private void Keep(int index, int block, ReadOnlySpan<byte> data, BlockSource source)
    {
        (long position, int skip, int length) = _layout.GetFilePart(index, block);
        if (source != BlockSource.PartialFile)
        {
            _task.File.Write(data.Slice(skip, length), position);
        }

        lock (_gate)
        {
            if (!_done.Add(_layout.GetNumber(index, block)))
            {
                return;
            }
        }

        _counters.Add(source, length);
    }
}

using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Runs the machine of all downloads of a node.</summary>
internal sealed class DownloadRunner : IDisposable
{
    // All inputs are answers to what was asked, and as many as that; but for peers that are late.
    private const int WaitingPeers = 1024;

    private readonly DownloadMachine _machine = new();
    private readonly MachineLoop<DownloadEffect> _loop;
    private readonly IPeerFinder? _finder;
    private readonly ILogger _logger;

    // Of the loop.
    private readonly HashSet<DownloadWork> _works = [];
    private readonly Dictionary<DownloadSchedule, DownloadWork> _begun = [];
    private bool _isClosed;

    /// <param name="finder">Finds peers; null where they are not asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what nobody waits for.</param>
    public DownloadRunner(IPeerFinder? finder, TimeProvider time, ILogger logger)
    {
        _finder = finder;
        _logger = logger;
        _loop = new(_machine, Perform, FailAll, time, WaitingPeers, WaitingPeers);
        if (finder is not null)
        {
            finder.FoundLate += OnFoundLate;
        }
    }

    /// <summary>Runs a download until all is there, nobody is left to ask, or it is given up. When the task ends nothing of it
    /// is under way, and nothing touches its schedule.</summary>
    /// <exception cref="PeerException">The runner has been closed.</exception>
    public async Task RunAsync(DownloadWork work, CancellationToken cancellationToken)
    {
        if (!await _loop.PostAsync(now => Add(now, work)).ConfigureAwait(false))
        {
            throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
        }

        await using (cancellationToken.UnsafeRegister(_ => Post(work, _ => work.Stop()), null).ConfigureAwait(false))
        {
            await work.Ended.ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more downloads. Those that run go on with what they are left.</summary>
    public void Dispose()
    {
        if (_finder is not null)
        {
            _finder.FoundLate -= OnFoundLate;
        }

        _loop.Post(_ =>
        {
            _isClosed = true;
            CloseWhereIdle();
        });
    }

    private void OnFoundLate(FoundPeer peer) => _loop.TryPost(
        now => _machine.FoundLate(now, PeerRequests.GetAddress(peer.Endpoint), peer.Segments), bytes: 0);

    private void Post(DownloadWork work, Action<Moment> input) => _loop.Post(now => Do(work, () => input(now)));

    private void Add(Moment now, DownloadWork work)
    {
        _works.Add(work);
        Do(work, () =>
        {
            DownloadSchedule schedule = _machine.Begin(now, work.Layout, work.Means);
            _begun.Add(schedule, work);
            work.Begin(now, schedule, input => Post(work, input));
        });
    }

    private void Perform(DownloadEffect effect)
    {
        if (_begun.TryGetValue(effect.Download, out DownloadWork? work))
        {
            Do(work, () => work.Perform(effect));
        }
    }

    private void Do(DownloadWork work, Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever it is, it ends the download, and is reported by it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            work.Fail(exception);
        }

        if (work.IsOver && _works.Remove(work))
        {
            Leave(work);
        }
    }

    private void Leave(DownloadWork work)
    {
        if (work.Schedule is { } schedule)
        {
            _begun.Remove(schedule);
            _machine.Leave(schedule);
        }

        work.SetEnded();
        CloseWhereIdle();
    }

    private void CloseWhereIdle()
    {
        if (_isClosed && _works.Count == 0)
        {
            _ = _loop.DisposeAsync().AsTask();
        }
    }

    private void FailAll(Exception exception)
    {
        DownloadLog.Failed(_logger, exception);
        foreach (DownloadWork work in _works.ToArray())
        {
            Do(work, () => work.Fail(exception));
        }
    }
}

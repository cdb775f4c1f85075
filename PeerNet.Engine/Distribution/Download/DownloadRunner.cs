using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Runs the machine of all downloads of a node.</summary>
internal sealed class DownloadRunner
{
    private readonly DownloadMachine _machine = new();
    private readonly MachineLoop<DownloadEffect> _loop;
    private readonly ILogger _logger;

    // Of the loop.
    private readonly Dictionary<DownloadSchedule, DownloadWork> _works = [];

    /// <param name="finder">Finds peers; null where they are not asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what nobody waits for.</param>
    public DownloadRunner(IPeerFinder? finder, TimeProvider time, ILogger logger)
    {
        _logger = logger;

        // All inputs are answers to what was asked, and as many as that; but for peers that are late.
        const int waiting = 1024;
        _loop = new(_machine, Perform, FailAll, time, waiting, waiting);
        if (finder is not null)
        {
            finder.FoundLate += peer => _loop.TryPost(
                now => _machine.FoundLate(now, PeerRequests.GetAddress(peer.Endpoint), peer.Segments), bytes: 0);
        }
    }

    /// <summary>Runs a download until all is there, nobody is left to ask, or it is given up. When the task ends nothing of it
    /// is under way, and nothing touches its schedule.</summary>
    public async Task RunAsync(DownloadWork work, CancellationToken cancellationToken)
    {
        _loop.Post(now => Do(work, () => Begin(now, work)));
        await using (cancellationToken.UnsafeRegister(_ => _loop.Post(_ => work.Stop()), null).ConfigureAwait(false))
        {
            await work.Ended.ConfigureAwait(false);
        }

        await _loop.AskAsync(_ => Leave(work)).ConfigureAwait(false);
    }

    private void Begin(Moment now, DownloadWork work)
    {
        DownloadSchedule schedule = _machine.Begin(now, work.Layout, work.Means);
        _works.Add(schedule, work);
        work.Begin(now, schedule, input => _loop.Post(later => Do(work, () => input(later))));
    }

    private bool Leave(DownloadWork work)
    {
        if (work.Schedule is not { } schedule)
        {
            return false;
        }

        _machine.Leave(schedule);
        return _works.Remove(schedule);
    }

    private void Perform(DownloadEffect effect)
    {
        if (_works.TryGetValue(effect.Download, out DownloadWork? work))
        {
            Do(work, () => work.Perform(effect));
        }
    }

    private static void Do(DownloadWork work, Action action)
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
    }

    private void FailAll(Exception exception)
    {
        DownloadLog.Failed(_logger, exception);
        foreach (DownloadWork work in _works.Values)
        {
            work.Fail(exception);
        }
    }
}

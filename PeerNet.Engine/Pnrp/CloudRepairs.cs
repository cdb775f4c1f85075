using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>Pings, and the repairs that an administrator asks for, in one cloud.</summary>
/// <param name="runner">Runs the cloud.</param>
/// <param name="context">What all clouds have in common.</param>
internal sealed class CloudRepairs(PnrpRunner runner, CloudContext context)
{
    private readonly Dictionary<PnrpEndpoint, List<TaskCompletionSource<TimeSpan?>>> _pings = [];
    private TaskCompletionSource<SplitVerdict>? _splitTest;

    /// <summary>Sends a SOLICIT and waits for the answer.</summary>
    /// <returns>The round-trip time; null where no answer came in time.</returns>
    public async Task<TimeSpan?> PingAsync(PnrpEndpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ping = new TaskCompletionSource<TimeSpan?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await runner.Loop.TellAsync(now =>
        {
            if (!_pings.TryGetValue(endpoint, out List<TaskCompletionSource<TimeSpan?>>? waiting))
            {
                _pings.Add(endpoint, waiting = []);
            }

            waiting.Add(ping);
            runner.Machine.Synchronize(now, endpoint);
        }).ConfigureAwait(false);
        try
        {
            return await ping.Task.WaitAsync(timeout, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            runner.Loop.Post(_ => Forget(endpoint, ping));
        }
    }

    /// <summary>Repairs the cloud in the way asked for.</summary>
    public Task<PeerCloudRepairResult> RepairAsync(
        PeerCloudRepair repair, IReadOnlyList<SeedAddress> seeds, CancellationToken cancellationToken) =>
        repair.Action switch
        {
            PeerCloudRepairAction.FlushCache => FlushAsync(),
            PeerCloudRepairAction.Synchronize => SynchronizeAsync(repair, seeds, cancellationToken),
            _ => DetectSplitAsync(repair, seeds, cancellationToken),
        };

    /// <summary>A SOLICIT was answered, or was not in time; on the loop.</summary>
    public void OnSynchronizeEnded(PnrpNews.SynchronizeEnded ended)
    {
        if (_pings.Remove(ended.Endpoint, out List<TaskCompletionSource<TimeSpan?>>? waiting))
        {
            waiting.ForEach(ping => ping.TrySetResult(ended.IsAnswered ? ended.RoundTrip : null));
        }
    }

    /// <summary>A test for a split is over; on the loop.</summary>
    public void OnSplitTested(SplitVerdict verdict) => _splitTest?.TrySetResult(verdict);

    private async Task<PeerCloudRepairResult> FlushAsync()
    {
        (int before, int after) = await runner.Loop.AskAsync(now =>
        {
            int entries = runner.Machine.CacheCount;
            runner.Machine.FlushCache(now);
            return (entries, runner.Machine.CacheCount);
        }).ConfigureAwait(false);
        string kept = after > 0 ? " Neighbours of registered names were kept." : "";
        return new(runner.Name, PeerCloudRepairAction.FlushCache, before, after, false, $"The route cache was emptied.{kept}");
    }

    private async Task<PeerCloudRepairResult> SynchronizeAsync(
        PeerCloudRepair repair, IReadOnlyList<SeedAddress> seeds, CancellationToken cancellationToken)
    {
        int before = await CountEntriesAsync().ConfigureAwait(false);
        IReadOnlyList<PnrpEndpoint> endpoints = await ChooseEndpointsAsync(repair, seeds).ConfigureAwait(false);
        if (endpoints.Count == 0)
        {
            return new(runner.Name, repair.Action, before, before, false, NobodyToAsk());
        }

        TimeSpan?[] answers = await Task.WhenAll(
            endpoints.Select(endpoint => PingAsync(endpoint, repair.Timeout, cancellationToken))).ConfigureAwait(false);
        int after = await CountEntriesAsync().ConfigureAwait(false);
        int answered = answers.Count(answer => answer is not null);
        return new(
            runner.Name, repair.Action, before, after, false, $"{answered} of {endpoints.Count} nodes asked have answered.");
    }

    private async Task<PeerCloudRepairResult> DetectSplitAsync(
        PeerCloudRepair repair, IReadOnlyList<SeedAddress> seeds, CancellationToken cancellationToken)
    {
        int before = await CountEntriesAsync().ConfigureAwait(false);
        IReadOnlyList<PnrpEndpoint> endpoints = await ChooseEndpointsAsync(repair, seeds).ConfigureAwait(false);
        var test = new TaskCompletionSource<SplitVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        await runner.Loop.TellAsync(now =>
        {
            _splitTest = test;
            runner.Machine.DetectSplit(now, endpoints.Count > 0 ? endpoints[0] : null);
        }).ConfigureAwait(false);
        SplitVerdict verdict = SplitVerdict.Unknown;
        try
        {
            verdict = await test.Task.WaitAsync(repair.Timeout, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nobody has answered, which is what Unknown says.
        }

        int after = await CountEntriesAsync().ConfigureAwait(false);
        bool isSplit = verdict is SplitVerdict.InBiggerPart or SplitVerdict.InSmallerPart;
        return new(runner.Name, repair.Action, before, after, isSplit, Explain(verdict));
    }

    private string Explain(SplitVerdict verdict) => verdict switch
    {
        SplitVerdict.NotSplit => "The other nodes know the same neighbours: the cloud is whole.",
        SplitVerdict.InBiggerPart => "The cloud was split; this node is in the bigger part. The parts are being joined.",
        SplitVerdict.InSmallerPart => "The cloud was split; this node is in the smaller part. The parts are being joined.",
        _ => NobodyToAsk() + " A test needs a name registered by this node, and a seed or neighbour that answers.",
    };

    private string NobodyToAsk() =>
        $"No seed or other node of '{runner.Name}' is known or answers; give one with -Seed or -HostEndpoint.";

    private Task<int> CountEntriesAsync() => runner.Loop.AskAsync(_ => runner.Machine.CacheCount);

    private async Task<IReadOnlyList<PnrpEndpoint>> ChooseEndpointsAsync(
        PeerCloudRepair repair, IReadOnlyList<SeedAddress> seeds)
    {
        if (repair.HostEndpoint is { } host)
        {
            return [PnrpEndpoint.From(host)];
        }

        var endpoints = new List<PnrpEndpoint>();
        foreach (SeedAddress seed in seeds.Count > 0 ? seeds : runner.Discovery.Seeds)
        {
            endpoints.AddRange(await runner.Discovery.Lookup.FindAsync(seed).ConfigureAwait(false));
        }

        return endpoints;
    }

    private void Forget(PnrpEndpoint endpoint, TaskCompletionSource<TimeSpan?> ping)
    {
        if (_pings.TryGetValue(endpoint, out List<TaskCompletionSource<TimeSpan?>>? waiting)
            && waiting.Remove(ping)
            && waiting.Count == 0)
        {
            _pings.Remove(endpoint);
        }
    }
}

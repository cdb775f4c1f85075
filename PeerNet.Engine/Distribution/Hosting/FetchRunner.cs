using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>Fetches what clients of a hosted cache have offered.</summary>
internal sealed class FetchRunner : IAsyncDisposable
{
    private readonly FetchMachine _machine;
    private readonly MachineLoop<FetchEffect> _loop;
    private readonly IBlockFetcher _fetcher;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="limits">The limits.</param>
    /// <param name="fetcher">Fetches a block.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what failed.</param>
    public FetchRunner(FetchLimits limits, IBlockFetcher fetcher, TimeProvider time, ILogger logger)
    {
        _machine = new FetchMachine(limits, Counters);
        _loop = new(_machine, Perform, Report, time, maximumEntries: 0, maximumBytes: 0);
        _fetcher = fetcher;
        _logger = logger;
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<FetchCounter> Counters { get; } = new("Fetch");

    /// <summary>How many offers are followed or wait.</summary>
    public Task<int> CountPendingAsync() => _loop.AskAsync(_ => _machine.Pending, ended: 0);

    /// <summary>Takes offers, as far as the limits allow, and fetches them by and by.</summary>
    public Task SubmitAsync(IReadOnlyList<FetchOffer> offers) => _loop.PostAsync(now =>
    {
        foreach (FetchOffer offer in offers)
        {
            if (!_machine.Offer(now, offer))
            {
                HostingLog.NotFetched(_logger, offer.Id, offer.Client);
            }
        }
    });

    /// <summary>Ends all requests.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await _loop.PostAsync(_machine.Stop).ConfigureAwait(false))
        {
            return;
        }

        await _loop.Beside.StopAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
    }

    private void Perform(FetchEffect effect)
    {
        if (effect is not FetchEffect.Fetch { Request: var request })
        {
            _ended.TrySetResult();
            return;
        }

        _loop.DoBeside(
            () => _fetcher.FetchAsync(request, _loop.Beside.Stopping),
            exception => Explain(request, exception),
            (now, result) => _machine.Ended(now, request, result.Outcome, result.Length));
    }

    private (FetchOutcome Outcome, int Length) Explain(FetchRequest request, Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            return (FetchOutcome.Failed, 0);
        }

        HostingLog.FetchFailed(_logger, request.Offer.Id, request.Block, exception);
        return (FetchOutcome.NotStored, 0);
    }

    private void Report(Exception exception) => HostingLog.FetchesFailed(_logger, exception);
}

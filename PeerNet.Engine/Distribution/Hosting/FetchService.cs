using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>Fetches what clients of a hosted cache have offered. The gate guards the queue.</summary>
internal sealed class FetchService : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(5);

    private readonly FetchMachine _machine;
    private readonly IBlockFetcher _fetcher;
    private readonly TimeProvider _time;
    private readonly ILogger<FetchService> _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private int _running;
    private bool _isStopped;

    /// <param name="options">The limits.</param>
    /// <param name="fetcher">Fetches a block.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what failed.</param>
    public FetchService(FetchOptions options, IBlockFetcher fetcher, TimeProvider time, ILogger<FetchService> logger)
    {
        _machine = new FetchMachine(options, Counters);
        _fetcher = fetcher;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<FetchCounter> Counters { get; } = new("Fetch");

    /// <summary>Offers that are followed or wait.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _machine.Pending;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Takes offers, as far as the limits allow, and fetches them by and by.</summary>
    public void Submit(IReadOnlyList<FetchOffer> offers)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            foreach (FetchOffer offer in offers)
            {
                if (!_machine.Offer(offer, Now))
                {
                    HostingLog.NotFetched(_logger, offer.Id, offer.Client);
                }
            }
        }

        StartRequests();
    }

    /// <summary>Ends all requests.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
            if (_running == 0)
            {
                _ended.TrySetResult();
            }
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Tick()
    {
        lock (_gate)
        {
            _machine.Tick(Now);
        }

        StartRequests();
    }

    private void StartRequests()
    {
        while (TryTake() is { } request)
        {
            _ = Task.Run(() => FetchAsync(request));
        }
    }

    private FetchRequest? TryTake()
    {
        lock (_gate)
        {
            if (_isStopped || !_machine.TryTakeRequest(out FetchRequest? request))
            {
                return null;
            }

            _running++;
            return request;
        }
    }

    private async Task FetchAsync(FetchRequest request)
    {
        (FetchOutcome outcome, int length) = await TryFetchAsync(request).ConfigureAwait(false);
        lock (_gate)
        {
            _machine.Ended(request, outcome, length, Now);
            _running--;
            if (_running == 0 && _isStopped)
            {
                _ended.TrySetResult();
            }
        }

        StartRequests();
    }

    private async Task<(FetchOutcome Outcome, int Length)> TryFetchAsync(FetchRequest request)
    {
        try
        {
            return await _fetcher.FetchAsync(request, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return (FetchOutcome.Failed, 0);
        }
#pragma warning disable CA1031 // Nobody waits for it: a bug is reported here or nowhere.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HostingLog.FetchFailed(_logger, request.Offer.Id, request.Block, exception);
            return (FetchOutcome.NotStored, 0);
        }
    }
}

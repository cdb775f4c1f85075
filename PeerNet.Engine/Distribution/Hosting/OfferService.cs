using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>
/// Offers to hosted caches what this node has got elsewhere, beside everything else: nobody waits for it, and nothing fails
/// with it. The gate guards the machine.
/// </summary>
internal sealed class OfferService : IAsyncDisposable
{
    private const int Percent = 100;

    private readonly OfferOptions _options;
    private readonly OfferMachine _machine;
    private readonly IOfferTransport _transport;
    private readonly Func<int> _port;
    private readonly TimeProvider _time;
    private readonly ILogger<OfferService> _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<OfferRequest> _sending = [];
    private readonly Pulse _changed = new();
    private readonly ITimer _timer;
    private bool _isStopping;
    private bool _isStopped;

    /// <param name="options">Version, limits and timers.</param>
    /// <param name="servers">The base addresses of the hosted caches, in the order of preference.</param>
    /// <param name="transport">Sends offers; disposed of with this.</param>
    /// <param name="port">The port on which this node serves retrieval.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of hosted caches that take no offers.</param>
    public OfferService(
        OfferOptions options,
        IEnumerable<Uri> servers,
        IOfferTransport transport,
        Func<int> port,
        TimeProvider time,
        ILogger<OfferService> logger)
    {
        _options = options;
        _machine = new OfferMachine(options, servers, Counters);
        _transport = transport;
        _port = port;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => Work(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<OfferClientCounter> Counters { get; } = new("Offer");

    /// <summary>Segments that wait to be offered.</summary>
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

    /// <summary>Offers the segments of which enough is new (MS-PCHC note 9).</summary>
    /// <param name="information">The content information that they are from.</param>
    /// <param name="segments">The segments, with how many of their blocks are new.</param>
    /// <param name="tag">What the application calls its content; empty for nothing.</param>
    public void Offer(PeerContentInformation information, IReadOnlyList<DownloadedSegment> segments, Guid tag)
    {
        long unnamed = Counters[OfferClientCounter.WrongVersion];
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            foreach (DownloadedSegment downloaded in segments)
            {
                PeerContentSegment segment = downloaded.Segment;
                if ((long)downloaded.NewBlocks * Percent < (long)segment.BlockCount * _options.MinimumNewPercent)
                {
                    Counters.Add(OfferClientCounter.TooLittleNew);
                }
                else
                {
                    _machine.Add(new OfferedSegment(information, segment, ContentTag.Of(tag)), Now);
                }
            }

            if (!_machine.IsIdle)
            {
                _timer.Change(_options.OfferInterval, _options.OfferInterval);
            }
        }

        unnamed = Counters[OfferClientCounter.WrongVersion] - unnamed;
        if (unnamed > 0)
        {
            HostingLog.NotOffered(_logger, (int)unnamed, _options.Version);
        }

        Work();
    }

    /// <summary>Sends what waits, for as long as the options say, and ends the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        await FlushAsync().ConfigureAwait(false);
        OfferRequest[] sending;
        lock (_gate)
        {
            _isStopped = true;
            sending = [.. _sending];
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (OfferRequest request in sending)
        {
            await request.Cancellation!.CancelAsync().ConfigureAwait(false);
        }

        await WaitAsync(() => _sending.Count == 0, CancellationToken.None).ConfigureAwait(false);
        _transport.Dispose();
    }

    private async Task FlushAsync()
    {
        using var patience = new CancellationTokenSource(_options.FlushTime, _time);
        try
        {
            await WaitAsync(
                () => _machine.IsIdle || (_machine.Outstanding == 0 && !_machine.HasTarget(Now)), patience.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // They are worth no longer wait.
        }
    }

    private async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed = _changed.Next;
            lock (_gate)
            {
                if (condition())
                {
                    return;
                }
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Work()
    {
        List<OfferRequest> sent = [];
        List<OfferRequest> expired = [];
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _machine.Tick(Now);
            while (_machine.TryTakeExpired(out OfferRequest? request))
            {
                expired.Add(request!);
            }

            while (_machine.TryTakeRequest(Now, out OfferRequest? request))
            {
                request!.Cancellation = new CancellationTokenSource();
                _sending.Add(request);
                sent.Add(request);
            }

            if (_machine.IsIdle)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        expired.ForEach(request => _ = request.Cancellation!.CancelAsync());
        sent.ForEach(request => _ = Task.Run(() => SendAsync(request)));
        _changed.Set();
    }

    private async Task SendAsync(OfferRequest request)
    {
        HostingLog.Offering(_logger, request.Segments.Count, request.Target.Address);
        OfferReply reply = await TrySendAsync(request).ConfigureAwait(false);
        lock (_gate)
        {
            _sending.Remove(request);
            if (reply.Code is { } code)
            {
                _machine.Answered(request, code, Now);
            }
            else
            {
                _machine.Failed(request, Now);
            }
        }

        if (reply.Failure is { } failure)
        {
            HostingLog.OfferFailed(_logger, request.Target.Address, failure);
        }

        Work();
        _changed.Set();
    }

    private async Task<OfferReply> TrySendAsync(OfferRequest request)
    {
        try
        {
            return await _transport
                .PostAsync(request.Uri, request.Encode((ushort)_port()), request.Cancellation!.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return OfferReply.Without("it did not answer in time.");
        }
#pragma warning disable CA1031 // Nobody waits for it: a bug is reported here or nowhere.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HostingLog.OffersFailed(_logger, exception);
            return OfferReply.Without(exception.Message);
        }
    }
}

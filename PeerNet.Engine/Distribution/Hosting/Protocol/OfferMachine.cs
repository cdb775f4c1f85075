using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>
/// The client role of MS-PCHC (3.2). It has no clock, no thread and no socket: it is told what to offer and what was
/// answered, and says what is to be sent. Offers go to the first hosted cache that is not left alone. Times are monotonic.
/// </summary>
internal sealed class OfferMachine
{
    private readonly OfferOptions _options;
    private readonly CounterSet<OfferClientCounter> _counters;
    private readonly OfferTarget[] _targets;
    private readonly Queue<OfferedSegment> _queue = new();
    private readonly Queue<OfferRequest> _answers = new();
    private readonly Queue<OfferRequest> _expired = new();
    private readonly HashSet<OfferRequest> _outstanding = [];
    private TimeSpan _nextOffer = TimeSpan.MinValue;
    private TimeSpan _nextTick;
    private long _tick;

    /// <param name="options">Version, limits and timers.</param>
    /// <param name="servers">The base addresses of the hosted caches, in the order of preference.</param>
    /// <param name="counters">Counts what becomes of offers.</param>
    public OfferMachine(OfferOptions options, IEnumerable<Uri> servers, CounterSet<OfferClientCounter> counters)
    {
        _options = options;
        _counters = counters;
        _targets = [.. servers.Distinct().Select(server => new OfferTarget(server))];
    }

    /// <summary>Segments that wait.</summary>
    public int Pending => _queue.Count + _answers.Count;

    /// <summary>Requests without an answer.</summary>
    public int Outstanding => _outstanding.Count;

    /// <summary>Whether there is nothing to send and nothing to wait for.</summary>
    public bool IsIdle => Pending == 0 && Outstanding == 0;

    /// <summary>Takes a segment to be offered, unless too many wait (3.2.4).</summary>
    public void Add(OfferedSegment segment, TimeSpan now)
    {
        if (!segment.IsFor(_options.Version))
        {
            _counters.Add(OfferClientCounter.WrongVersion);
        }
        else if (_queue.Count >= _options.MaximumQueue)
        {
            _counters.Add(OfferClientCounter.Dropped);
        }
        else
        {
            _counters.Add(OfferClientCounter.Segments);
            segment.Queued = now;
            _queue.Enqueue(segment);
        }
    }

    /// <summary>Whether a hosted cache can be offered something now.</summary>
    public bool HasTarget(TimeSpan now) => FindTarget(now) is not null;

    /// <summary>The next request to send. Its timer runs from now on.</summary>
    public bool TryTakeRequest(TimeSpan now, out OfferRequest? request)
    {
        DropOld(now);
        request = null;
        if (_outstanding.Count >= _options.MaximumOutstanding)
        {
            return false;
        }

        if (!_answers.TryDequeue(out request))
        {
            request = CreateOffer(now);
        }

        if (request is null)
        {
            return false;
        }

        StartTimer(request, now);
        _counters.Add(OfferClientCounter.Requests);
        return true;
    }

    /// <summary>The next request that has expired, for whoever sends it to end it.</summary>
    public bool TryTakeExpired(out OfferRequest? request) => _expired.TryDequeue(out request);

    /// <summary>An answer has come (3.2.5.1, 3.2.5.2 and 3.2.5.4). One to a request that is not outstanding is discarded.</summary>
    public void Answered(OfferRequest request, OfferResponseCode code, TimeSpan now)
    {
        if (code == OfferResponseCode.Interested && request.Type != OfferMessageType.InitialOffer)
        {
            Failed(request, now);
            return;
        }

        if (!_outstanding.Remove(request))
        {
            _counters.Add(OfferClientCounter.Late);
            return;
        }

        request.Target.Succeed();
        if (code == OfferResponseCode.Interested)
        {
            _counters.Add(OfferClientCounter.Interested);
            _answers.Enqueue(new OfferRequest(OfferMessageType.SegmentInfo, request.Target, request.Segments));
        }
        else
        {
            _counters.Add(OfferClientCounter.Taken, request.Segments.Count);
        }
    }

    /// <summary>A request has failed, or its answer is none.</summary>
    public void Failed(OfferRequest request, TimeSpan now)
    {
        if (_outstanding.Remove(request))
        {
            _counters.Add(OfferClientCounter.Failed);
            GiveBack(request, now);
        }
    }

    /// <summary>The request timer (3.2.2, 3.2.6): it counts while something is outstanding.</summary>
    public void Tick(TimeSpan now)
    {
        DropOld(now);
        while (_outstanding.Count > 0 && _nextTick <= now)
        {
            _tick++;
            _nextTick += _options.TickInterval;
            foreach (OfferRequest request in _outstanding.Where(request => _tick > request.Expiry).ToArray())
            {
                _outstanding.Remove(request);
                _expired.Enqueue(request);
                _counters.Add(OfferClientCounter.Expired);
                GiveBack(request, now);
            }
        }
    }

    private OfferRequest? CreateOffer(TimeSpan now)
    {
        if (_queue.Count == 0 || now < _nextOffer || FindTarget(now) is not { } target)
        {
            return null;
        }

        _nextOffer = now + _options.OfferInterval;
        if (_options.Version == 1)
        {
            return new OfferRequest(OfferMessageType.InitialOffer, target, [_queue.Dequeue()]);
        }

        List<OfferedSegment> batch = [];
        while (batch.Count < BatchedOffer.MaximumSegments && _queue.TryDequeue(out OfferedSegment? segment))
        {
            batch.Add(segment);
        }

        return new OfferRequest(OfferMessageType.BatchedOffer, target, batch);
    }

    private OfferTarget? FindTarget(TimeSpan now) => Array.Find(_targets, target => target.RestUntil <= now);

    private void StartTimer(OfferRequest request, TimeSpan now)
    {
        if (_outstanding.Count == 0)
        {
            _nextTick = now + _options.TickInterval;
        }

        request.Expiry = _tick + _options.LifetimeTicks;
        _outstanding.Add(request);
    }

    // What was offered in vain is offered once more, to another hosted cache where there is one.
    private void GiveBack(OfferRequest request, TimeSpan now)
    {
        request.Target.Fail(now, _options);
        foreach (OfferedSegment segment in request.Segments)
        {
            if (++segment.Failures < _options.Attempts && _queue.Count < _options.MaximumQueue)
            {
                _queue.Enqueue(segment);
            }
            else
            {
                _counters.Add(OfferClientCounter.Dropped);
            }
        }
    }

    private void DropOld(TimeSpan now)
    {
        while (_queue.TryPeek(out OfferedSegment? oldest) && now - oldest.Queued >= _options.QueueTime)
        {
            _queue.Dequeue();
            _counters.Add(OfferClientCounter.Dropped);
        }
    }
}

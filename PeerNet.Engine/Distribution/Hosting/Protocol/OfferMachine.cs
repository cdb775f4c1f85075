using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>
/// The client role of MS-PCHC (3.2): it is told what to offer and what was answered, and says what is to be sent. Offers go
/// to the first hosted cache that is not left alone.
/// </summary>
internal sealed class OfferMachine : IMachine<OfferEffect>
{
    private const int Percent = 100;

    private readonly int _version;
    private readonly OfferLimits _limits;
    private readonly CounterSet<OfferClientCounter> _counters;
    private readonly OfferTarget[] _targets;
    private readonly Queue<OfferedSegment> _queue = new();
    private readonly Queue<OfferRequest> _answers = new();
    private readonly HashSet<OfferRequest> _outstanding = [];
    private readonly Timers<OfferTimer> _timers = new();
    private readonly EffectList<OfferEffect> _effects = new();
    private State _state = State.Running;
    private TimeSpan? _nextOffer;
    private TimeSpan _nextTick;
    private long _tick;

    /// <param name="version">The version of the protocol: 1 or 2. The administrator chooses it; there is no negotiation
    /// (1.7).</param>
    /// <param name="limits">Limits and timers.</param>
    /// <param name="servers">The base addresses of the hosted caches, in the order of preference.</param>
    /// <param name="counters">Counts what becomes of offers.</param>
    public OfferMachine(int version, OfferLimits limits, IEnumerable<Uri> servers, CounterSet<OfferClientCounter> counters)
    {
        _version = version;
        _limits = limits;
        _counters = counters;
        _targets = [.. servers.Distinct().Select(server => new OfferTarget(server))];
    }

    private enum State
    {
        Running,
        Stopping,
        Stopped,
    }

    /// <inheritdoc/>
    public TimeSpan NextDue => _timers.NextDue;

    /// <summary>Segments that wait.</summary>
    public int Pending => _queue.Count + _answers.Count;

    /// <summary>Requests without an answer.</summary>
    public int Outstanding => _outstanding.Count;

    /// <inheritdoc/>
    public IReadOnlyList<OfferEffect> TakeEffects() => _effects.Take();

    /// <summary>Takes the segments of which enough is new to be offered (note 9), unless too many wait (3.2.4).</summary>
    /// <param name="now">The time.</param>
    /// <param name="information">The content information that they are from.</param>
    /// <param name="segments">The segments, with how many of their blocks are new.</param>
    /// <param name="tag">What the application calls its content; empty for nothing.</param>
    /// <returns>How many are not offered because the version cannot name them.</returns>
    public int Offer(
        Moment now, PeerContentInformation information, IReadOnlyList<DownloadedSegment> segments, Guid tag)
    {
        if (_state != State.Running)
        {
            return 0;
        }

        int unnamed = 0;
        foreach (DownloadedSegment downloaded in segments)
        {
            PeerContentSegment segment = downloaded.Segment;
            if ((long)downloaded.NewBlocks * Percent < (long)segment.BlockCount * OfferLimits.MinimumNewPercent)
            {
                _counters.Add(OfferClientCounter.TooLittleNew);
            }
            else
            {
                unnamed += Add(new(information, segment, ContentTag.Of(tag), now.Elapsed)) ? 0 : 1;
            }
        }

        Continue(now);
        return unnamed;
    }

    /// <summary>An answer has come (3.2.5.1, 3.2.5.2 and 3.2.5.4). One to a request that is not outstanding is discarded.</summary>
    public void Answered(Moment now, OfferRequest request, OfferResponseCode code)
    {
        bool isInterested = code == OfferResponseCode.Interested;
        if (isInterested && request.Type != OfferMessageType.InitialOffer)
        {
            Failed(now, request);
            return;
        }

        if (!_outstanding.Remove(request))
        {
            _counters.Add(OfferClientCounter.Late);
            return;
        }

        request.Target.Succeed();
        _counters.Add(
            isInterested ? OfferClientCounter.Interested : OfferClientCounter.Taken, isInterested ? 1 : request.Segments.Count);
        if (isInterested)
        {
            _answers.Enqueue(new OfferRequest(OfferMessageType.SegmentInfo, request.Target, request.Segments));
        }

        Continue(now);
    }

    /// <summary>A request has failed, or its answer is none.</summary>
    public void Failed(Moment now, OfferRequest request)
    {
        if (_outstanding.Remove(request))
        {
            _counters.Add(OfferClientCounter.Failed);
            GiveBack(now, request);
            Continue(now);
        }
    }

    /// <summary>Takes no more, sends what waits for as long as that may take, and tells when it is done.</summary>
    public void Stop(Moment now)
    {
        if (_state == State.Running)
        {
            _state = State.Stopping;
            _timers.Set(OfferTimer.Stop, now.Elapsed + OfferLimits.FlushTime);
            Continue(now);
        }
    }

    /// <inheritdoc/>
    public void Advance(Moment now)
    {
        while (_timers.TryTake(now.Elapsed, out OfferTimer timer))
        {
            if (timer == OfferTimer.Stop)
            {
                End();
            }
        }

        while (_outstanding.Count > 0 && _nextTick <= now.Elapsed)
        {
            Tick(now);
        }

        Continue(now);
    }

    // False where the version cannot name it.
    private bool Add(OfferedSegment segment)
    {
        bool isNamed = segment.IsFor(_version);
        if (!isNamed)
        {
            _counters.Add(OfferClientCounter.WrongVersion);
        }
        else if (_queue.Count >= _limits.Queue)
        {
            _counters.Add(OfferClientCounter.Dropped);
        }
        else
        {
            _counters.Add(OfferClientCounter.Segments);
            _queue.Enqueue(segment);
        }

        return isNamed;
    }

    // Drops what is too old, sends what can be sent, and sets the timer for what cannot.
    private void Continue(Moment now)
    {
        DropOld(now);
        while (_state != State.Stopped && _outstanding.Count < _limits.Outstanding && TakeRequest(now) is { } request)
        {
            Send(now, request);
        }

        if (_state == State.Stopping && _outstanding.Count == 0
            && (Pending == 0 || !Array.Exists(_targets, target => target.IsReady(now.Elapsed))))
        {
            End();
        }

        SetTimers();
    }

    // The request timer (3.2.2, 3.2.6): it counts while something is outstanding.
    private void Tick(Moment now)
    {
        _tick++;
        _nextTick += OfferLimits.TickInterval;
        foreach (OfferRequest request in _outstanding.Where(request => _tick > request.Expiry).ToArray())
        {
            _outstanding.Remove(request);
            _counters.Add(OfferClientCounter.Expired);
            _effects.Add(new OfferEffect.GiveUp(request));
            GiveBack(now, request);
        }
    }

    private void Send(Moment now, OfferRequest request)
    {
        if (_outstanding.Count == 0)
        {
            _nextTick = now.Elapsed + OfferLimits.TickInterval;
        }

        request.Expiry = _tick + OfferLimits.LifetimeTicks;
        _outstanding.Add(request);
        _counters.Add(OfferClientCounter.Requests);
        _effects.Add(new OfferEffect.Send(request));
    }

    private OfferRequest? TakeRequest(Moment now)
    {
        if (_answers.TryDequeue(out OfferRequest? answer))
        {
            return answer;
        }

        if (_queue.Count == 0 || now.Elapsed < _nextOffer
            || Array.Find(_targets, target => target.IsReady(now.Elapsed)) is not { } target)
        {
            return null;
        }

        _nextOffer = now.Elapsed + _limits.OfferInterval;
        if (_version == 1)
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

    // What was offered in vain is offered once more, to another hosted cache where there is one.
    private void GiveBack(Moment now, OfferRequest request)
    {
        request.Target.Fail(now.Elapsed);
        foreach (OfferedSegment segment in request.Segments)
        {
            if (++segment.Failures < _limits.Attempts && _queue.Count < _limits.Queue)
            {
                _queue.Enqueue(segment);
            }
            else
            {
                _counters.Add(OfferClientCounter.Dropped);
            }
        }
    }

    private void DropOld(Moment now)
    {
        while (_queue.TryPeek(out OfferedSegment? oldest) && now.Elapsed - oldest.Queued >= _limits.QueueTime)
        {
            _queue.Dequeue();
            _counters.Add(OfferClientCounter.Dropped);
        }
    }

    private void SetTimers()
    {
        Set(OfferTimer.Tick, _outstanding.Count > 0 ? _nextTick : null);
        OfferedSegment? oldest = _queue.TryPeek(out OfferedSegment? first) ? first : null;
        Set(OfferTimer.Drop, oldest?.Queued + _limits.QueueTime);
        Set(OfferTimer.Offer, oldest is not null && _outstanding.Count < _limits.Outstanding ? NextOffer() : null);
    }

    // When the next offer may go, and somebody takes it.
    private TimeSpan? NextOffer()
    {
        TimeSpan? ready = _targets.Min(target => target.RestUntil ?? TimeSpan.Zero);
        return ready > _nextOffer ? ready : _nextOffer;
    }

    private void Set(OfferTimer timer, TimeSpan? due)
    {
        if (due is { } time)
        {
            _timers.Set(timer, time);
        }
        else
        {
            _timers.Cancel(timer);
        }
    }

    private void End()
    {
        if (_state == State.Stopped)
        {
            return;
        }

        _state = State.Stopped;
        foreach (OfferRequest request in _outstanding)
        {
            _effects.Add(new OfferEffect.GiveUp(request));
        }

        _outstanding.Clear();
        _answers.Clear();
        _queue.Clear();
        _timers.Cancel(OfferTimer.Stop);
        _effects.Add(new OfferEffect.Stopped());
    }
}

/// <summary>What the machine wants done.</summary>
internal abstract record OfferEffect
{
    /// <summary>Send a request, and tell what was answered, or that nothing was.</summary>
    internal sealed record Send(OfferRequest Request) : OfferEffect;

    /// <summary>Wait for the answer to a request no longer.</summary>
    internal sealed record GiveUp(OfferRequest Request) : OfferEffect;

    /// <summary>Nothing comes any more.</summary>
    internal sealed record Stopped : OfferEffect;
}

/// <summary>What a timer of the machine is for.</summary>
internal enum OfferTimer
{
    /// <summary>The request timer counts up (3.2.2).</summary>
    Tick,

    /// <summary>The next offer may go.</summary>
    Offer,

    /// <summary>The oldest segment has waited too long.</summary>
    Drop,

    /// <summary>What waits when the node stops has had its time.</summary>
    Stop,
}

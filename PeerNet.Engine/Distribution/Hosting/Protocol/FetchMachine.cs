using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>
/// Which block of which offer a hosted cache fetches next: it is told what was offered and what came, and says what is to be
/// asked for. Clients take turns; each segment is fetched from one of them at a time; an offer is followed once.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="counters">Counts what becomes of offers.</param>
internal sealed class FetchMachine(FetchLimits limits, CounterSet<FetchCounter> counters) : IMachine<FetchEffect>
{
    private readonly Dictionary<AddressBlock, FetchClient> _clients = [];
    private readonly Dictionary<SegmentId, FetchTarget> _targets = [];
    private readonly LinkedList<FetchJob> _byAge = new();
    private readonly Queue<FetchClient> _turns = new();
    private readonly Timers<FetchTimer> _timers = new();
    private readonly EffectList<FetchEffect> _effects = new();
    private long _weight;
    private bool _isStopped;

    /// <inheritdoc/>
    public TimeSpan NextDue => _timers.NextDue;

    /// <summary>Offers that are followed or wait.</summary>
    public int Pending => _byAge.Count;

    /// <summary>Requests under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Clients that are remembered.</summary>
    public int Clients => _clients.Count;

    /// <inheritdoc/>
    public IReadOnlyList<FetchEffect> TakeEffects() => _effects.Take();

    /// <summary>Takes an offer, unless there is a reason not to.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Offer(Moment now, FetchOffer offer)
    {
        if (_isStopped)
        {
            return false;
        }

        FetchCounter verdict = Judge(now.Elapsed, offer, out FetchClient? client);
        counters.Add(verdict);
        if (verdict != FetchCounter.Accepted)
        {
            return false;
        }

        if (!_targets.TryGetValue(offer.Id, out FetchTarget? target))
        {
            target = new FetchTarget(offer.Id);
            _targets.Add(offer.Id, target);
        }

        var job = new FetchJob(offer, client!, target, now.Elapsed);
        job.Place = _byAge.AddLast(job);
        client!.Jobs.Add(job);
        _weight += offer.Weight;
        if (target.Active is null)
        {
            Activate(job);
        }
        else
        {
            target.Alternates.Add(job);
        }

        Continue();
        return true;
    }

    /// <summary>A request has ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="request">The request.</param>
    /// <param name="outcome">How.</param>
    /// <param name="length">Bytes that came.</param>
    public void Ended(Moment now, FetchRequest request, FetchOutcome outcome, int length)
    {
        FetchJob job = request.Job;
        job.InFlight--;
        job.Client.InFlight--;
        InFlight--;
        Count(outcome, length);
        if (outcome == FetchOutcome.Stored)
        {
            job.Stored++;
            job.Failures = 0;
            job.Client.EmptyOffers = 0;
            if (job.Target.Active == job)
            {
                job.Target.MarkStored(request.Block);
            }
        }

        if (!job.IsEnded)
        {
            EndIfDone(now.Elapsed, job, outcome);
        }

        GiveTurn(job.Client);
        Continue();
    }

    /// <summary>Gives up what has waited too long, and forgets clients of which nothing has to be remembered.</summary>
    public void Advance(Moment now)
    {
        while (_timers.TryTake(now.Elapsed, out FetchTimer timer))
        {
            if (timer.Client is { } source)
            {
                Forget(now.Elapsed, source);
            }
            else
            {
                Expire(now.Elapsed);
            }
        }

        Continue();
    }

    /// <summary>Takes no more offers, asks for nothing more, and tells when all requests have ended.</summary>
    public void Stop(Moment now)
    {
        _isStopped = true;
        Continue();
    }

    // Asks for what may be asked for, and sets the timer of what waits.
    private void Continue()
    {
        while (!_isStopped && TakeRequest() is { } request)
        {
            _effects.Add(new FetchEffect.Fetch(request));
        }

        if (_isStopped && InFlight == 0)
        {
            _effects.Add(new FetchEffect.Stopped());
        }

        if (_byAge.First?.Value is { } oldest)
        {
            _timers.Set(FetchTimer.Expiry, oldest.Accepted + FetchLimits.PendingTime);
        }
        else
        {
            _timers.Cancel(FetchTimer.Expiry);
        }
    }

    private FetchRequest? TakeRequest()
    {
        while (InFlight < limits.Requests && _turns.TryDequeue(out FetchClient? client))
        {
            client.HasTurn = false;
            if (!client.HasReady)
            {
                continue;
            }

            FetchJob job = client.PeekReady();
            var request = new FetchRequest(job, job.TakeBlock());
            job.InFlight++;
            client.InFlight++;
            InFlight++;
            GiveTurn(client);
            return request;
        }

        return null;
    }

    private void Expire(TimeSpan now)
    {
        while (_byAge.First?.Value is { } oldest && now - oldest.Accepted >= FetchLimits.PendingTime)
        {
            counters.Add(FetchCounter.Expired);
            End(oldest);
        }
    }

    private void Forget(TimeSpan now, AddressBlock source)
    {
        if (!_clients.TryGetValue(source, out FetchClient? client))
        {
            return;
        }

        if (client.IsIdle(now))
        {
            _clients.Remove(source);
        }
        else
        {
            _timers.Set(new(source), now + FetchLimits.PendingTime);
        }
    }

    private FetchCounter Judge(TimeSpan now, FetchOffer offer, out FetchClient? client)
    {
        client = null;
        if (offer.Wanted.IsEmpty)
        {
            return FetchCounter.AlreadyHeld;
        }

        if (!FetchPorts.IsAllowed(offer.Client.Port))
        {
            return FetchCounter.PortsRefused;
        }

        client = FindClient(now, offer.Client.Address);
        if (client is null || Pending >= limits.Pending || _weight + offer.Weight > limits.Weight)
        {
            return FetchCounter.QueueFull;
        }

        if (client.IsRefused(now))
        {
            return FetchCounter.ClientsRefused;
        }

        if (_targets.TryGetValue(offer.Id, out FetchTarget? target)
            && (target.IsOfferedBy(offer.Client.Address) || target.Alternates.Count >= FetchLimits.Alternates))
        {
            return FetchCounter.Duplicates;
        }

        return client.Jobs.Count < limits.PendingPerClient && client.TryCharge(offer.Bytes, now, limits)
            ? FetchCounter.Accepted
            : FetchCounter.QuotaReached;
    }

    // A table that is full of clients with offers has no room for strangers; others make room for them.
    private FetchClient? FindClient(TimeSpan now, IPAddress address)
    {
        AddressBlock source = AddressBlock.Of(address);
        if (_clients.TryGetValue(source, out FetchClient? known))
        {
            return known;
        }

        if (_clients.Count >= limits.Clients)
        {
            if (_clients.Values.FirstOrDefault(client => client.IsForgettable(now)) is not { } forgettable)
            {
                return null;
            }

            _clients.Remove(forgettable.Source);
            _timers.Cancel(new(forgettable.Source));
        }

        var created = new FetchClient(source);
        _clients.Add(source, created);
        _timers.Set(new(source), now + FetchLimits.QuotaPeriod);
        return created;
    }

    private void Activate(FetchJob job)
    {
        job.Target.Follow(job);
        job.Remaining = job.Offer.Wanted.Except(job.Target.Stored);
        if (job.Remaining.IsEmpty)
        {
            // Another client was faster.
            job.IsExcused = true;
            End(job);
            return;
        }

        job.Client.AddReady(job);
        GiveTurn(job.Client);
    }

    private void EndIfDone(TimeSpan now, FetchJob job, FetchOutcome outcome)
    {
        bool isGivenUp = false;
        switch (outcome)
        {
            case FetchOutcome.NotStored:
                job.IsExcused = true;
                isGivenUp = true;
                break;
            case FetchOutcome.Corrupt:
                isGivenUp = true;
                break;
            case FetchOutcome.Failed:
                isGivenUp = ++job.Failures >= FetchLimits.FailuresPerOffer;
                break;
        }

        if (isGivenUp || (job.Remaining.IsEmpty && job.InFlight == 0))
        {
            counters.Add(IsWhole(job) ? FetchCounter.Completed : FetchCounter.Incomplete);
            End(job);
            Blame(now, job);
        }
    }

    private static bool IsWhole(FetchJob job) => job.Offer.Wanted.Except(job.Target.Stored).IsEmpty;

    // The next offer of the same segment takes over.
    private void End(FetchJob job)
    {
        job.IsEnded = true;
        _byAge.Remove(job.Place!);
        job.Client.Jobs.Remove(job);
        _weight -= job.Offer.Weight;
        FetchTarget target = job.Target;
        if (target.Active != job)
        {
            target.Alternates.Remove(job);
        }
        else if (target.Alternates.Count > 0)
        {
            FetchJob next = target.Alternates[0];
            target.Alternates.RemoveAt(0);
            Activate(next);
        }
        else
        {
            _targets.Remove(target.Id);
        }
    }

    // Whoever keeps offering what is not there is not asked for a while, nor for what it has offered already.
    private void Blame(TimeSpan now, FetchJob job)
    {
        FetchClient client = job.Client;
        if (job.Stored > 0 || job.IsExcused || ++client.EmptyOffers < FetchLimits.EmptyOffersInRow)
        {
            return;
        }

        client.EmptyOffers = 0;
        client.RefusedUntil = now + FetchLimits.RefusalTime;
        foreach (FetchJob other in client.Jobs.ToArray())
        {
            counters.Add(FetchCounter.ClientsRefused);
            End(other);
        }
    }

    private void GiveTurn(FetchClient client)
    {
        if (!client.HasTurn && client.InFlight < limits.RequestsPerClient && client.HasReady)
        {
            client.HasTurn = true;
            _turns.Enqueue(client);
        }
    }

    private void Count(FetchOutcome outcome, int length)
    {
        switch (outcome)
        {
            case FetchOutcome.Stored:
                counters.Add(FetchCounter.Blocks);
                counters.Add(FetchCounter.Bytes, length);
                break;
            case FetchOutcome.NotStored:
                counters.Add(FetchCounter.BlocksNotStored);
                break;
            case FetchOutcome.Missing:
                counters.Add(FetchCounter.BlocksMissing);
                break;
            case FetchOutcome.Corrupt:
                counters.Add(FetchCounter.BlocksCorrupt);
                break;
            default:
                counters.Add(FetchCounter.RequestsFailed);
                break;
        }
    }
}

/// <summary>What a timer of the machine is for.</summary>
/// <param name="Client">The client that may be forgotten; null for offers that have waited too long.</param>
internal readonly record struct FetchTimer(AddressBlock? Client)
{
    public static readonly FetchTimer Expiry = new(Client: null);
}

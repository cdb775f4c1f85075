using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>
/// Which block of which offer a hosted cache fetches next. It has no clock, no thread and no socket: it is told what was
/// offered and what came, and says what is to be asked for. Clients take turns; each segment is fetched from one of them at
/// a time; an offer is followed once. Times are monotonic.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="counters">Counts what becomes of offers.</param>
internal sealed class FetchMachine(FetchOptions options, CounterSet<FetchCounter> counters)
{
    private readonly Dictionary<AddressBlock, FetchClient> _clients = [];
    private readonly Dictionary<SegmentId, FetchTarget> _targets = [];
    private readonly LinkedList<FetchJob> _byAge = new();
    private readonly Queue<FetchClient> _turns = new();
    private long _weight;

    /// <summary>Offers that are followed or wait.</summary>
    public int Pending => _byAge.Count;

    /// <summary>Requests under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Clients that are remembered.</summary>
    public int Clients => _clients.Count;

    /// <summary>Takes an offer, unless there is a reason not to.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Offer(FetchOffer offer, TimeSpan now)
    {
        FetchCounter verdict = Judge(offer, now, out FetchClient? client);
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

        var job = new FetchJob(offer, client!, target, now);
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

        return true;
    }

    /// <summary>The next block to ask for.</summary>
    public bool TryTakeRequest(out FetchRequest? request)
    {
        request = null;
        while (InFlight < options.MaximumRequests && _turns.TryDequeue(out FetchClient? client))
        {
            client.HasTurn = false;
            if (!client.HasReady)
            {
                continue;
            }

            FetchJob job = client.PeekReady();
            request = new FetchRequest(job, job.TakeBlock());
            job.InFlight++;
            client.InFlight++;
            InFlight++;
            GiveTurn(client);
            return true;
        }

        return false;
    }

    /// <summary>A request has ended.</summary>
    /// <param name="request">The request.</param>
    /// <param name="outcome">How.</param>
    /// <param name="length">Bytes that came.</param>
    /// <param name="now">The time.</param>
    public void Ended(FetchRequest request, FetchOutcome outcome, int length, TimeSpan now)
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
            Continue(job, outcome, now);
        }

        GiveTurn(job.Client);
    }

    /// <summary>Gives up what has waited too long, and forgets clients of which nothing has to be remembered.</summary>
    public void Tick(TimeSpan now)
    {
        while (_byAge.First?.Value is { } oldest && now - oldest.Accepted >= options.PendingTime)
        {
            counters.Add(FetchCounter.Expired);
            End(oldest);
        }

        foreach (FetchClient client in _clients.Values.Where(client => client.IsIdle(now, options)).ToArray())
        {
            _clients.Remove(client.Source);
        }
    }

    private FetchCounter Judge(FetchOffer offer, TimeSpan now, out FetchClient? client)
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

        client = FindClient(offer.Client.Address, now);
        if (client is null || Pending >= options.MaximumPending || _weight + offer.Weight > options.MaximumWeight)
        {
            return FetchCounter.QueueFull;
        }

        if (client.RefusedUntil > now)
        {
            return FetchCounter.ClientsRefused;
        }

        if (_targets.TryGetValue(offer.Id, out FetchTarget? target)
            && (target.IsOfferedBy(offer.Client.Address) || target.Alternates.Count >= options.MaximumAlternates))
        {
            return FetchCounter.Duplicates;
        }

        return client.Jobs.Count < options.PendingPerClient && client.TryCharge(offer.Bytes, now, options)
            ? FetchCounter.Accepted
            : FetchCounter.QuotaReached;
    }

    // A table that is full of clients with offers has no room for strangers; others make room for them.
    private FetchClient? FindClient(IPAddress address, TimeSpan now)
    {
        AddressBlock source = AddressBlock.Of(address);
        if (_clients.TryGetValue(source, out FetchClient? known))
        {
            return known;
        }

        if (_clients.Count >= options.MaximumClients)
        {
            if (_clients.Values.FirstOrDefault(client => client.IsForgettable(now)) is not { } forgettable)
            {
                return null;
            }

            _clients.Remove(forgettable.Source);
        }

        var created = new FetchClient(source);
        _clients.Add(source, created);
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

    private void Continue(FetchJob job, FetchOutcome outcome, TimeSpan now)
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
                isGivenUp = ++job.Failures >= options.FailuresPerOffer;
                break;
        }

        if (isGivenUp || (job.Remaining.IsEmpty && job.InFlight == 0))
        {
            counters.Add(IsWhole(job) ? FetchCounter.Completed : FetchCounter.Incomplete);
            End(job);
            Blame(job, now);
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
    private void Blame(FetchJob job, TimeSpan now)
    {
        FetchClient client = job.Client;
        if (job.Stored > 0 || job.IsExcused || ++client.EmptyOffers < options.EmptyOffersInRow)
        {
            return;
        }

        client.EmptyOffers = 0;
        client.RefusedUntil = now + options.RefusalTime;
        foreach (FetchJob other in client.Jobs.ToArray())
        {
            counters.Add(FetchCounter.ClientsRefused);
            End(other);
        }
    }

    private void GiveTurn(FetchClient client)
    {
        if (!client.HasTurn && client.InFlight < options.RequestsPerClient && client.HasReady)
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

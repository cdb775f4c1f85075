using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The resolve engine: MS-PNRP 3.1.4.4.2, 3.1.5.6.1, 3.2.7.1.</summary>
internal sealed class Resolving
{
    /// <summary>LOOKUPs of one resolve, unanswered ones and all: no search is worth more.</summary>
    public const int MaximumLookups = 64;

    private readonly PnrpContext _context;
    private readonly Messenger _messenger;
    private readonly Routes _routes;
    private readonly Proving _proving;

    /// <param name="context">What the parts share.</param>
    /// <param name="messenger">Sends.</param>
    /// <param name="routes">Gets to know the entries that are found.</param>
    /// <param name="judge">Checks CPAs.</param>
    public Resolving(PnrpContext context, Messenger messenger, Routes routes, CpaJudge judge)
    {
        _context = context;
        _messenger = messenger;
        _routes = routes;
        _proving = new(context, messenger, routes, judge, this);
    }

    /// <summary>What an application has asked for is over.</summary>
    public Action<ResolveState>? Finished { get; set; }

    /// <summary>A registration was announced, as far as others have answered.</summary>
    public Action<ResolveState>? Announced { get; set; }

    /// <summary>A test for a split is over: with the best match, or without any.</summary>
    public Action<ResolveState, RouteEntry?>? SplitTested { get; set; }

    /// <summary>Begins a search (MS-PNRP 3.1.4.4.2, steps 1 to 6, and 3.2.7.1).</summary>
    public void Start(ResolveState resolve)
    {
        if (resolve.ConsiderLocal && _proving.ReportLocal(resolve))
        {
            End(resolve);
            return;
        }

        if (resolve.InitialNextHop is { } initial)
        {
            resolve.NextHopStack.Add(new NextHop(initial, 0));
        }
        else if (NearestUnasked(resolve) is { } nearest)
        {
            resolve.NextHopStack.Add(new NextHop(nearest, 0));
        }

        Continue(resolve);
    }

    /// <summary>Takes the next step of a search (MS-PNRP 3.1.4.4.2, steps 7 and 8).</summary>
    public void Continue(ResolveState resolve)
    {
        if (resolve.IsOver)
        {
            return;
        }

        if (resolve.IsWalking)
        {
            _proving.ContinueWalk(resolve);
            return;
        }

        bool mayAsk = resolve.SuspiciousCount <= PnrpLimits.MaximumSuspicious
            && resolve.TotalUsefulHops <= PnrpLimits.MaximumUsefulHops
            && resolve.Lookups < MaximumLookups;
        if (resolve.CurrentBestMatch is { } best && IsMatch(resolve, best.Id))
        {
            _proving.Prove(resolve, best);
        }
        else if (mayAsk && TryPopNextHop(resolve, out NextHop hop))
        {
            Approach(resolve, hop);
        }
        else if (resolve.CurrentBestMatch is { } last && IsAcceptable(resolve, last.Id))
        {
            _proving.Prove(resolve, last);
        }
        else
        {
            End(resolve);
        }
    }

    // 4.1.3, step 9: a node that is what is looked for is asked for proof, not for somebody nearer.
    private void Approach(ResolveState resolve, NextHop hop)
    {
        if (IsMatch(resolve, hop.Entry!.Id) && IsEligible(resolve, hop.Entry))
        {
            resolve.PushBestMatch(hop.Entry);
            _proving.Prove(resolve, hop.Entry);
        }
        else
        {
            Lookup(resolve, hop);
        }
    }

    private bool TryPopNextHop(ResolveState resolve, out NextHop hop)
    {
        if (resolve.NextHopStack.Count > 0)
        {
            hop = resolve.NextHopStack[^1];
            resolve.NextHopStack.RemoveAt(resolve.NextHopStack.Count - 1);
            return true;
        }

        hop = default;
        if (resolve.MayBeginAnew && NearestUnasked(resolve) is { } nearest)
        {
            resolve.MayBeginAnew = false;
            hop = new NextHop(nearest, 0);
            return true;
        }

        return false;
    }

    // MS-PNRP 3.1.4.4.2, steps 9 and 10
    private void Lookup(ResolveState resolve, NextHop hop)
    {
        RouteEntry entry = hop.Entry!;
        resolve.CurrentNextHop = hop with { UseCount = hop.UseCount + 1 };
        SendLookup(resolve, entry, resolve.Target, acceptAny: _context.Cache.Count < PnrpLimits.AcceptAnyBelow);
    }

    /// <summary>Asks a hop for the nearest to a target that it knows.</summary>
    public void SendLookup(ResolveState resolve, RouteEntry hop, PnrpId target, bool acceptAny)
    {
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        Span<PnrpEndpoint> path = stackalloc PnrpEndpoint[PnrpEndpointList.MaximumCount];
        PnrpEndpoint destination = _context.Own.Choose(hop);
        var lookup = new LookupMessage
        {
            AcceptAny = acceptAny,
            Precision = resolve.Precision,
            Criteria = resolve.Criteria,
            Reason = resolve.Reason,
            Target = target,
            ValidateId = hop.Id,
            BestMatch = resolve.CurrentBestMatch,
            Path = PnrpEndpointList.From(path[..resolve.CopyPath(path, _context.Own.NameTowards(destination))], scratch),
        };
        resolve.Lookups++;
        _context.Counters.Lookups++;
        if (!_messenger.Ask(destination, lookup, PendingKind.Lookup, resolve, hop.Id))
        {
            resolve.IsLossy = true;
            End(resolve);
        }
    }

    /// <summary>Who should prove a match has answered.</summary>
    public void OnProofAnswered(ResolveState resolve, PendingMessage message, in AuthorityBuffer buffer) =>
        _proving.OnProofAnswered(resolve, message, buffer);

    /// <summary>Who should prove a match does not answer.</summary>
    public void OnProofTimedOut(ResolveState resolve) => _proving.OnProofTimedOut(resolve);

    /// <summary>A hop has answered (MS-PNRP 3.1.5.6.1).</summary>
    public void OnLookupAnswered(ResolveState resolve, PendingMessage message, in AuthorityBuffer buffer)
    {
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(message.Destination, message.Id, _context.Now.Elapsed - message.Sent));
        if (resolve.IsWalking)
        {
            _proving.OnWalkAnswered(resolve, buffer);
            return;
        }

        resolve.AddToPath(message.Destination);
        resolve.TotalUsefulHops++;
        if ((buffer.Flags & AuthorityFlags.LeafSet) != 0)
        {
            resolve.SuspiciousCount++;
        }

        bool isGone = (buffer.Flags & AuthorityFlags.NotFound) != 0;
        NextHop hop = resolve.CurrentNextHop;
        resolve.CurrentNextHop = default;
        if (isGone)
        {
            _routes.Forget(message.Id);
            resolve.MayBeginAnew = true;
        }
        else
        {
            OnHopConfirmed(resolve, hop.Entry!);
        }

        RouteEntry? next = buffer.RouteEntry;
        if (next is not null && !IsNewHop(resolve, next))
        {
            next = null;
        }

        PushHops(resolve, isGone ? default : hop, message.Id, next);
        Continue(resolve);
    }

    private void OnHopConfirmed(ResolveState resolve, RouteEntry hop)
    {
        if (hop.Id != default)
        {
            _routes.Consider(hop);
        }

        bool isBetter = resolve.CurrentBestMatch is not { } best || hop.Id.IsCloserTo(resolve.Target, best.Id);
        if (isBetter && hop.Id != default && IsEligible(resolve, hop))
        {
            resolve.PushBestMatch(hop);
        }
    }

    // Steps 6 to 10. The hop that has nothing to offer is not asked again (4.1.3, step 5): the path only grows longer.
    private void PushHops(ResolveState resolve, NextHop hop, PnrpId askedId, RouteEntry? next)
    {
        bool isSeed = askedId == default;
        bool isCloser = next is not null && (isSeed || next.Id.IsCloserTo(resolve.Target, askedId));
        bool isWelcome = next is not null && (isCloser || _context.Cache.Count < PnrpLimits.AcceptAnyBelow);
        if (isWelcome && hop.Entry is not null && hop.UseCount < PnrpLimits.MaximumUseCount)
        {
            resolve.NextHopStack.Add(hop);
        }

        if (isWelcome)
        {
            resolve.NextHopStack.Add(new NextHop(next, 0));
            if (_context.FallsIntoLeafSet(next!.Id))
            {
                _routes.Consider(next);
            }
        }
    }

    /// <summary>Whether an offered hop leads on: its node has not been asked, unless just now under another id.</summary>
    private bool IsNewHop(ResolveState resolve, RouteEntry entry)
    {
        if (_context.Own.LeadsHere(entry) || !Routes.IsPlausible(entry))
        {
            return false;
        }

        for (int i = 0; i < resolve.ResolvePath.Count - 1; i++)
        {
            if (entry.Has(resolve.ResolvePath[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A hop does not answer.</summary>
    public void OnLookupTimedOut(ResolveState resolve, PendingMessage message)
    {
        _routes.Forget(message.Id);
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(message.Destination, message.Id, RoundTrip: null));
        resolve.IsLossy = true;
        resolve.MayBeginAnew = true;
        resolve.CurrentNextHop = default;
        if (resolve.IsWalking)
        {
            resolve.Found.RemoveAt(resolve.Found.Count - 1);
            _proving.FinishWalkIfDone(resolve);
        }
        else
        {
            resolve.AddToPath(message.Destination);
        }

        Continue(resolve);
    }

    /// <summary>Ends a search, unless it has ended.</summary>
    public void End(ResolveState resolve)
    {
        if (resolve.IsOver)
        {
            return;
        }

        resolve.IsOver = true;
        switch (resolve.Reason)
        {
            case ResolveReason.AppRequest:
                Finished?.Invoke(resolve);
                break;
            case ResolveReason.Registration:
                Announced?.Invoke(resolve);
                break;
            case ResolveReason.SplitDetection:
                SplitTested?.Invoke(resolve, null);
                break;
        }
    }

    private RouteEntry? NearestUnasked(ResolveState resolve)
    {
        IdRing<CachedRoute>.Walk walk = _context.Cache.NearestTo(resolve.Target);
        while (walk.MoveNext())
        {
            RouteEntry entry = _context.Cache[walk.Index].Entry;
            bool wasAsked = resolve.ResolvePath.Exists(entry.Has);
            if (!wasAsked && !resolve.Settled.Contains(entry.Id))
            {
                return entry;
            }
        }

        return null;
    }

    private static bool IsMatch(ResolveState resolve, PnrpId id) =>
        resolve.Criteria.Matches(resolve.Precision, resolve.Target, id);

    /// <summary>Whether the best that a whole search has found will do.</summary>
    private static bool IsAcceptable(ResolveState resolve, PnrpId id) => resolve.Reason switch
    {
        // 3.2.6.2.1 asks for all 256 bits of id + 1, which nobody has; 3.2.5.11.1 then speaks of the best match.
        ResolveReason.SplitDetection => true,
        _ => resolve.Criteria is ResolveCriteria.NearestPeerName or ResolveCriteria.Nearest64PeerName
            && id.P2PId == resolve.Target.P2PId,
    };

    /// <summary>Whether an entry may be what is searched for.</summary>
    public bool IsEligible(ResolveState resolve, RouteEntry entry) =>
        !resolve.Settled.Contains(entry.Id)
        && !_context.Registrations.Contains(entry.Id)
        && !(resolve.ExcludeOwnAddresses && _context.Own.IsOfThisMachine(entry));
}

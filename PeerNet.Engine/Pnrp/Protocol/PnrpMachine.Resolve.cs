using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The resolve engine: MS-PNRP 3.1.4.4.2, 3.1.5.6.1, 3.2.7.1.</summary>
internal sealed partial class PnrpMachine
{
    /// <summary>LOOKUPs of one resolve, unanswered ones and all: no search is worth more.</summary>
    private const int MaximumLookups = 64;

    private readonly Dictionary<int, ResolveState> _resolves = [];
    private readonly Queue<ResolveState> _starting = [];
    private readonly Queue<ResolveState> _waiting = [];
    private int _lastResolve;

    /// <summary>Starts a resolve (MS-PNRP 3.1.4.4); the next <see cref="Advance"/> sends its first message. While the
    /// cloud is synchronizing, it waits.</summary>
    /// <returns>Its number, or −1 where the cloud is not open, has no address, or too many are in progress.</returns>
    public int Resolve(Moment now, ResolveTarget target)
    {
        Enter(now);
        if (!IsOpen || !HasNetwork || _resolves.Count >= _options.MaximumResolves)
        {
            return -1;
        }

        _resolvesStarted++;
        var resolve = new ResolveState
        {
            Number = ++_lastResolve,
            Target = target.Id,
            Reason = ResolveReason.AppRequest,
            Criteria = target.Criteria,
            ConsiderLocal = target.ConsiderLocal,
            ExcludeOwnAddresses = target.ExcludeOwnAddresses,
            MaxResults = target.MaxResults,
        };
        _resolves.Add(resolve.Number, resolve);
        _starting.Enqueue(resolve);
        return resolve.Number;
    }

    /// <summary>Forgets a resolve without any effect.</summary>
    /// <returns>What it has come to.</returns>
    public ResolveTally CancelResolve(Moment now, int resolve)
    {
        Enter(now);
        if (!_resolves.Remove(resolve, out ResolveState? state))
        {
            return default;
        }

        state.IsOver = true;
        return state.GetTally();
    }

    private void StartResolves()
    {
        while (_starting.TryDequeue(out ResolveState? resolve))
        {
            if (resolve.IsOver)
            {
                continue;
            }

            if (State == PeerCloudState.Synchronizing)
            {
                _waiting.Enqueue(resolve);
            }
            else
            {
                Start(resolve);
            }
        }
    }

    private void WakeResolves()
    {
        while (_waiting.TryDequeue(out ResolveState? resolve))
        {
            _starting.Enqueue(resolve);
        }
    }

    // MS-PNRP 3.1.4.4.2, steps 1 to 6, and 3.2.7.1
    private void Start(ResolveState resolve)
    {
        if (resolve.ConsiderLocal && ReportLocal(resolve))
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

    // MS-PNRP 3.1.4.4.2, steps 7 and 8
    private void Continue(ResolveState resolve)
    {
        if (resolve.IsOver)
        {
            return;
        }

        if (resolve.IsWalking)
        {
            ContinueWalk(resolve);
            return;
        }

        bool mayAsk = resolve.SuspiciousCount <= _options.MaximumSuspicious
            && resolve.TotalUsefulHops <= _options.MaximumUsefulHops
            && resolve.Lookups < MaximumLookups;
        if (resolve.CurrentBestMatch is { } best && IsMatch(resolve, best.Id))
        {
            Prove(resolve, best);
        }
        else if (mayAsk && TryPopNextHop(resolve, out NextHop hop))
        {
            Approach(resolve, hop);
        }
        else if (resolve.CurrentBestMatch is { } last && IsAcceptable(resolve, last.Id))
        {
            Prove(resolve, last);
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
            Prove(resolve, hop.Entry);
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
        SendLookup(resolve, entry, resolve.Target, acceptAny: _cache.Count < _options.AcceptAnyBelow);
    }

    private void SendLookup(ResolveState resolve, RouteEntry hop, PnrpId target, bool acceptAny)
    {
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        Span<PnrpEndpoint> path = stackalloc PnrpEndpoint[PnrpEndpointList.MaximumCount];
        PnrpEndpoint destination = _own.Choose(hop);
        var lookup = new LookupMessage
        {
            AcceptAny = acceptAny,
            Precision = resolve.Precision,
            Criteria = resolve.Criteria,
            Reason = resolve.Reason,
            Target = target,
            ValidateId = hop.Id,
            BestMatch = resolve.CurrentBestMatch,
            Path = PnrpEndpointList.From(path[..resolve.CopyPath(path, _own.NameTowards(destination))], scratch),
        };
        resolve.Lookups++;
        _lookupsSent++;
        if (!Ask(destination, lookup, PendingKind.Lookup, resolve, hop.Id))
        {
            resolve.IsLossy = true;
            End(resolve);
        }
    }

    // MS-PNRP 3.1.5.6.1
    private void OnLookupAnswered(ResolveState resolve, PendingMessage message, in AuthorityBuffer buffer)
    {
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(message.Destination, message.Id, _now.Elapsed - message.Sent));
        if (resolve.IsWalking)
        {
            OnWalkAnswered(resolve, buffer);
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
            Forget(message.Id);
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
            Consider(hop);
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
        bool isWelcome = next is not null && (isCloser || _cache.Count < _options.AcceptAnyBelow);
        if (isWelcome && hop.Entry is not null && hop.UseCount < _options.MaximumUseCount)
        {
            resolve.NextHopStack.Add(hop);
        }

        if (isWelcome)
        {
            resolve.NextHopStack.Add(new NextHop(next, 0));
            if (FallsIntoLeafSet(next!.Id))
            {
                Consider(next);
            }
        }
    }

    /// <summary>Whether an offered hop leads on: its node has not been asked, unless just now under another id.</summary>
    private bool IsNewHop(ResolveState resolve, RouteEntry entry)
    {
        if (_own.LeadsHere(entry) || !IsPlausible(entry))
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

    private void OnLookupTimedOut(ResolveState resolve, PendingMessage message)
    {
        Forget(message.Id);
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
            FinishWalkIfDone(resolve);
        }
        else
        {
            resolve.AddToPath(message.Destination);
        }

        Continue(resolve);
    }

    private void End(ResolveState resolve)
    {
        if (resolve.IsOver)
        {
            return;
        }

        resolve.IsOver = true;
        _resolves.Remove(resolve.Number);
        switch (resolve.Reason)
        {
            case ResolveReason.AppRequest:
                _output.Tell(new PnrpNews.ResolveEnded(resolve.Number, resolve.GetTally()));
                break;
            case ResolveReason.Registration:
                OnAnnounced(resolve);
                break;
            case ResolveReason.SplitDetection:
                OnSplitTested(resolve, SplitVerdict.Unknown);
                break;
        }
    }

    private void EndAllResolves()
    {
        foreach (ResolveState resolve in _resolves.Values.ToArray())
        {
            resolve.IsLossy = true;
            End(resolve);
        }

        _starting.Clear();
        _waiting.Clear();
    }

    private RouteEntry? NearestUnasked(ResolveState resolve)
    {
        IdRing<CachedRoute>.Walk walk = _cache.NearestTo(resolve.Target);
        while (walk.MoveNext())
        {
            RouteEntry entry = _cache[walk.Index].Entry;
            bool wasAsked = resolve.ResolvePath.Exists(entry.Has);
            if (!wasAsked && !resolve.Settled.Contains(entry.Id))
            {
                return entry;
            }
        }

        return null;
    }

    private static bool IsMatch(ResolveState resolve, PnrpId id) =>
        IsMatch(resolve.Criteria, resolve.Precision, resolve.Target, id);

    /// <summary>Whether the best that a whole search has found will do.</summary>
    private static bool IsAcceptable(ResolveState resolve, PnrpId id) => resolve.Reason switch
    {
        // 3.2.6.2.1 asks for all 256 bits of id + 1, which nobody has; 3.2.5.11.1 then speaks of the best match.
        ResolveReason.SplitDetection => true,
        _ => resolve.Criteria is ResolveCriteria.NearestPeerName or ResolveCriteria.Nearest64PeerName
            && id.P2PId == resolve.Target.P2PId,
    };

    private bool IsEligible(ResolveState resolve, RouteEntry entry) =>
        !resolve.Settled.Contains(entry.Id)
        && !_registrations.Contains(entry.Id)
        && !(resolve.ExcludeOwnAddresses && _own.IsOfThisMachine(entry));
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>How route entries get into the cache and the leaf sets: MS-PNRP 3.1.5.11, 3.2.5.1, 3.1.5.6.1.2, 3.2.5.11.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Sends.</param>
/// <param name="judge">Checks CPAs.</param>
internal sealed class Routes(PnrpContext context, Messenger messenger, CpaJudge judge)
{
    private const int MaximumRecent = 10;

    private readonly Dictionary<PnrpId, PendingRoute> _pendingRoutes = [];
    private readonly List<RouteEntry> _displaced = [];

    /// <summary>The cache has gained or lost entries.</summary>
    public Action? Changed { get; set; }

    /// <summary>An entry has come into a leaf set: its neighbours are to hear of it.</summary>
    public Action<PendingRoute>? LeafAdded { get; set; }

    /// <summary>The node of an entry does not stand by it, whose revocation another node has passed on.</summary>
    public Action<PnrpId, PendingRoute>? Revoked { get; set; }

    /// <summary>Entries that are being validated.</summary>
    public int PendingCount => _pendingRoutes.Count;

    /// <summary>Whether an entry with an id is being validated.</summary>
    public bool IsPending(PnrpId id) => _pendingRoutes.ContainsKey(id);

    /// <summary>The endpoints heard of most recently, one for each node: what an address cache file keeps (note 2).</summary>
    public IReadOnlyList<PnrpEndpoint> ListRecent() =>
        [.. context.Cache.MostRecent().Select(context.Own.Choose).Distinct().Take(MaximumRecent)];

    /// <summary>Forgets what is being validated.</summary>
    public void Clear() => _pendingRoutes.Clear();

    /// <summary>Submits a route entry for inclusion: it has to pass an INQUIRE first.</summary>
    public void Consider(
        RouteEntry entry, PnrpEndpoint? floodSource = null, PnrpEndpointList alreadyFlooded = default)
    {
        if (context.Registrations.Contains(entry.Id) || context.Own.LeadsHere(entry))
        {
            return;
        }

        if (!IsPlausible(entry))
        {
            context.Drop(PnrpDropReason.InvalidRouteEntry);
            return;
        }

        bool isLeaf = context.FallsIntoLeafSet(entry.Id);
        if (!IsNews(entry, isLeaf) || _pendingRoutes.ContainsKey(entry.Id))
        {
            return;
        }

        Inquire(new PendingRoute
        {
            Entry = entry,
            NeedCpa = isLeaf,
            Nonce = isLeaf ? context.Random.NextBits128() : default,
            FloodSource = floodSource,
            AlreadyFlooded = isLeaf ? ToArray(alreadyFlooded) : [],
        });
    }

    public void Inquire(PendingRoute route)
    {
        if (_pendingRoutes.Count >= PnrpLimits.MaximumPendingRouteEntries)
        {
            context.Drop(PnrpDropReason.Limit);
            return;
        }

        var inquire = new InquireMessage
        {
            Flags = route.NeedCpa ? InquireFlags.Cpa | InquireFlags.CertificateChain : InquireFlags.None,
            ValidateId = route.Entry.Id,
            Nonce = route.NeedCpa ? route.Nonce : null,
        };
        PnrpEndpoint destination = context.Own.Choose(route.Entry);
        int bytes = PnrpLimits.RetryCount * (PnrpHeader.Length + inquire.WireLength);
        if (!messenger.Askers.TryTake(destination, bytes, context.Now.Elapsed))
        {
            // Others have named an endpoint, often, that has never answered.
            context.Drop(PnrpDropReason.Budget);
            return;
        }

        if (messenger.Ask(destination, inquire, PendingKind.Route, route, route.Entry.Id))
        {
            _pendingRoutes.Add(route.Entry.Id, route);
        }
    }

    // MS-PNRP 3.1.5.6.1.2
    public void OnRouteAnswered(PendingRoute route, in AuthorityBuffer buffer)
    {
        if ((buffer.Flags & AuthorityFlags.NotFound) != 0)
        {
            OnRouteRefused(route);
            return;
        }

        _pendingRoutes.Remove(route.Entry.Id);
        if (route.RevokeCpa is not null)
        {
            context.Cache.Touch(route.Entry.Id, context.Now.Elapsed);
            return;
        }

        if (!route.NeedCpa || IsCertified(route, buffer))
        {
            Admit(route);
        }
    }

    private bool IsCertified(PendingRoute route, in AuthorityBuffer buffer)
    {
        if (judge.Judge(buffer, route.Entry.Id, route.Nonce, InquireFlags.None, out CertifiedName? name) != CpaVerdict.Valid)
        {
            return false;
        }

        if (!MatchesAddresses(route.Entry, name!.ServiceAddresses))
        {
            context.Drop(PnrpDropReason.InvalidCpa);
            return false;
        }

        NoticeCopy(name);
        return true;
    }

    // Registrations of one name are neighbours on the circle, so that each certifies the other. Who signs for a secured name
    // without a delegation has its key.
    private void NoticeCopy(CertifiedName other)
    {
        for (int i = 0; i < context.Registrations.Count && other is { IsSecure: true, IsDelegated: false }; i++)
        {
            Registration registration = context.Registrations[i];
            if (registration.Id.P2PId == other.Id.P2PId && !registration.Name.IsDelegated)
            {
                context.Tell(new PnrpNews.NameElsewhere(registration.Id, other));
                return;
            }
        }
    }

    /// <summary>The node behind a route entry denies the id, or does not answer.</summary>
    public void OnRouteRefused(PendingRoute route)
    {
        _pendingRoutes.Remove(route.Entry.Id);
        if (context.Cache.Find(route.Entry.Id) is not { } known || !HasSameAddresses(known, route.Entry))
        {
            return;
        }

        if (route.RevokeCpa is not null)
        {
            Revoked?.Invoke(known.Id, route);
        }
        else
        {
            Forget(known.Id);
        }
    }

    /// <summary>Takes a validated entry into the cache and, with its CPA checked, into the leaf sets.</summary>
    private void Admit(PendingRoute route)
    {
        RouteEntry entry = route.Entry;
        bool isLeaf = route.NeedCpa && context.FallsIntoLeafSet(entry.Id);
        if (!isLeaf && !context.Cache.Contains(entry.Id) && !context.Cache.Wants(entry.Id))
        {
            return;
        }

        context.Cache.Add(entry, context.Now.Elapsed);
        if (isLeaf)
        {
            AddToLeafSets(entry);
            LeafAdded?.Invoke(route);
        }

        Changed?.Invoke();
    }

    private void AddToLeafSets(RouteEntry entry)
    {
        for (int i = 0; i < context.Registrations.Count; i++)
        {
            LeafSet leaves = context.Registrations[i].Leaves;
            bool wasLeaf = leaves.Contains(entry.Id);
            _displaced.Clear();
            if (leaves.Add(entry, _displaced) && !wasLeaf)
            {
                context.Cache.Retain(entry.Id);
            }

            foreach (RouteEntry displaced in _displaced)
            {
                context.Cache.Release(displaced.Id);
            }
        }
    }

    /// <summary>Removes an entry whose node is gone, and looks for another neighbour where it was one.</summary>
    public void Forget(PnrpId id)
    {
        if (!context.Cache.Remove(id))
        {
            return;
        }

        for (int i = 0; i < context.Registrations.Count; i++)
        {
            if (context.Registrations[i].Leaves.Remove(id))
            {
                context.Registrations[i].NeedsRefill = true;
                PromoteToLeafSet(context.Registrations[i]);
            }
        }

        Changed?.Invoke();
    }

    // An entry that moves up into a leaf set needs the CPA that it has not shown for this set yet.
    public void PromoteToLeafSet(Registration registration)
    {
        int remaining = 4 * PnrpLimits.LeafSetSide;
        IdRing<CachedRoute>.Walk walk = context.Cache.NearestTo(registration.Id);
        while (remaining-- > 0 && walk.MoveNext())
        {
            RouteEntry entry = context.Cache[walk.Index].Entry;
            if (registration.Leaves.Covers(entry.Id) && !registration.Leaves.Contains(entry.Id))
            {
                Consider(entry);
            }
        }
    }

    private bool IsInAllLeafSetsThatCover(PnrpId id)
    {
        for (int i = 0; i < context.Registrations.Count; i++)
        {
            LeafSet leaves = context.Registrations[i].Leaves;
            if (leaves.Covers(id) && !leaves.Contains(id))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsNews(RouteEntry entry, bool isLeaf)
    {
        if (context.Cache.Find(entry.Id) is not { } known)
        {
            return isLeaf || context.Cache.Wants(entry.Id);
        }

        return !HasSameAddresses(known, entry) || (isLeaf && !IsInAllLeafSetsThatCover(entry.Id));
    }

    public static bool IsPlausible(RouteEntry entry)
    {
        if (entry.Port <= PnrpEndpoint.LastReservedPort)
        {
            return false;
        }

        for (int i = 0; i < entry.AddressCount; i++)
        {
            if (!PnrpAddresses.IsUnicast(entry[i]))
            {
                return false;
            }
        }

        return true;
    }

    public static bool HasSameAddresses(RouteEntry left, RouteEntry right)
    {
        if (left.Port != right.Port || left.AddressCount != right.AddressCount)
        {
            return false;
        }

        for (int i = 0; i < left.AddressCount; i++)
        {
            if (!right.Has(left.GetEndpoint(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesAddresses(RouteEntry entry, IReadOnlyList<PnrpEndpoint> addresses)
    {
        if (entry.AddressCount != addresses.Count)
        {
            return false;
        }

        foreach (PnrpEndpoint address in addresses)
        {
            if (!entry.Has(address))
            {
                return false;
            }
        }

        return true;
    }

    public static PnrpEndpoint[] ToArray(PnrpEndpointList list)
    {
        var endpoints = new PnrpEndpoint[list.Count];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = list[i];
        }

        return endpoints;
    }
}

/// <summary>One entry of the Pending Route Entry Add List (MS-PNRP 3.1.1): a route entry that is being validated.</summary>
internal sealed class PendingRoute
{
    public required RouteEntry Entry { get; init; }

    /// <summary>Whether a CPA was requested, because the entry falls into a leaf set.</summary>
    public bool NeedCpa { get; init; }

    /// <summary>The nonce that the CPA must repeat.</summary>
    public Bits128 Nonce { get; init; }

    /// <summary>Who flooded the entry; null where it came in another message.</summary>
    public PnrpEndpoint? FloodSource { get; init; }

    /// <summary>The Already Flooded List of that FLOOD.</summary>
    public PnrpEndpoint[] AlreadyFlooded { get; init; } = [];

    /// <summary>A revoke CPA that proves nothing by itself; the entry goes unless its node stands by it.</summary>
    public byte[]? RevokeCpa { get; init; }
}

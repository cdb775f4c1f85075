using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>How route entries get into the cache and the leaf sets: MS-PNRP 3.1.5.11, 3.2.5.1, 3.1.5.6.1.2, 3.2.5.11.</summary>
internal sealed partial class PnrpMachine
{
    private readonly Dictionary<PnrpId, PendingRoute> _pendingRoutes = [];
    private readonly List<RouteEntry> _displaced = [];

    /// <summary>Submits a route entry for inclusion: it has to pass an INQUIRE first.</summary>
    private void Consider(
        RouteEntry entry, PnrpEndpoint? floodSource = null, PnrpEndpointList alreadyFlooded = default)
    {
        if (_registrations.Contains(entry.Id) || _own.LeadsHere(entry))
        {
            return;
        }

        if (!IsPlausible(entry))
        {
            Drop(PnrpDropReason.InvalidRouteEntry);
            return;
        }

        bool isLeaf = FallsIntoLeafSet(entry.Id);
        if (!IsNews(entry, isLeaf) || _pendingRoutes.ContainsKey(entry.Id))
        {
            return;
        }

        Inquire(new PendingRoute
        {
            Entry = entry,
            NeedCpa = isLeaf,
            Nonce = isLeaf ? _random.NextUInt128() : UInt128.Zero,
            FloodSource = floodSource,
            AlreadyFlooded = isLeaf ? ToArray(alreadyFlooded) : [],
        });
    }

    private void Inquire(PendingRoute route)
    {
        if (_pendingRoutes.Count >= _options.MaximumPendingRouteEntries)
        {
            Drop(PnrpDropReason.Limit);
            return;
        }

        var inquire = new InquireMessage
        {
            Flags = route.NeedCpa ? InquireFlags.Cpa | InquireFlags.CertificateChain : InquireFlags.None,
            ValidateId = route.Entry.Id,
            Nonce = route.NeedCpa ? route.Nonce : null,
        };
        PnrpEndpoint destination = _own.Choose(route.Entry);
        if (!_askers.TryTake(destination, _options.RetryCount * (PnrpHeader.Length + inquire.WireLength), _now.Elapsed))
        {
            // Others have named an endpoint, often, that has never answered.
            Drop(PnrpDropReason.Budget);
            return;
        }

        if (Ask(destination, inquire, PendingKind.Route, route, route.Entry.Id))
        {
            _pendingRoutes.Add(route.Entry.Id, route);
        }
    }

    // MS-PNRP 3.1.5.6.1.2
    private void OnRouteAnswered(PendingRoute route, in AuthorityBuffer buffer)
    {
        if ((buffer.Flags & AuthorityFlags.NotFound) != 0)
        {
            OnRouteRefused(route);
            return;
        }

        _pendingRoutes.Remove(route.Entry.Id);
        if (route.RevokeCpa is not null)
        {
            _cache.Touch(route.Entry.Id, _now.Elapsed);
            return;
        }

        if (!route.NeedCpa || IsCertified(route, buffer))
        {
            Admit(route);
        }
    }

    private bool IsCertified(PendingRoute route, in AuthorityBuffer buffer)
    {
        if (Judge(buffer, route.Entry.Id, route.Nonce, InquireFlags.None, out CertifiedName? name) != CpaVerdict.Valid)
        {
            return false;
        }

        if (!MatchesAddresses(route.Entry, name!.ServiceAddresses))
        {
            Drop(PnrpDropReason.InvalidCpa);
            return false;
        }

        NoticeCopy(name);
        return true;
    }

    // Registrations of one name are neighbours on the circle, so that each certifies the other. Who signs for a secured name
    // without a delegation has its key.
    private void NoticeCopy(CertifiedName other)
    {
        for (int i = 0; i < _registrations.Count && other is { IsSecure: true, IsDelegated: false }; i++)
        {
            Registration registration = _registrations[i];
            if (registration.Id.P2PId == other.Id.P2PId && !registration.Name.IsDelegated)
            {
                _output.Tell(new PnrpNews.NameElsewhere(registration.Id, other));
                return;
            }
        }
    }

    /// <summary>The node behind a route entry denies the id, or does not answer.</summary>
    private void OnRouteRefused(PendingRoute route)
    {
        _pendingRoutes.Remove(route.Entry.Id);
        if (_cache.Find(route.Entry.Id) is not { } known || !HasSameAddresses(known, route.Entry))
        {
            return;
        }

        if (route.RevokeCpa is { } revokeCpa)
        {
            Revoke(known.Id, revokeCpa, route.AlreadyFlooded);
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
        bool isLeaf = route.NeedCpa && FallsIntoLeafSet(entry.Id);
        if (!isLeaf && !_cache.Contains(entry.Id) && !_cache.Wants(entry.Id))
        {
            return;
        }

        _cache.Add(entry, _now.Elapsed);
        if (isLeaf)
        {
            AddToLeafSets(entry);
            FloodNewLeaf(route);
        }

        AfterCacheChange();
    }

    private void AddToLeafSets(RouteEntry entry)
    {
        for (int i = 0; i < _registrations.Count; i++)
        {
            LeafSet leaves = _registrations[i].Leaves;
            bool wasLeaf = leaves.Contains(entry.Id);
            _displaced.Clear();
            if (leaves.Add(entry, _displaced) && !wasLeaf)
            {
                _cache.Retain(entry.Id);
            }

            foreach (RouteEntry displaced in _displaced)
            {
                _cache.Release(displaced.Id);
            }
        }
    }

    /// <summary>Removes an entry whose node is gone, and looks for another neighbour where it was one.</summary>
    private void Forget(PnrpId id)
    {
        if (!_cache.Remove(id))
        {
            return;
        }

        for (int i = 0; i < _registrations.Count; i++)
        {
            if (_registrations[i].Leaves.Remove(id))
            {
                _registrations[i].NeedsRefill = true;
                PromoteToLeafSet(_registrations[i]);
            }
        }

        AfterCacheChange();
    }

    // An entry that moves up into a leaf set needs the CPA that it has not shown for this set yet.
    private void PromoteToLeafSet(Registration registration)
    {
        int remaining = 4 * _options.LeafSetSide;
        IdRing<CachedRoute>.Walk walk = _cache.NearestTo(registration.Id);
        while (remaining-- > 0 && walk.MoveNext())
        {
            RouteEntry entry = _cache[walk.Index].Entry;
            if (registration.Leaves.Covers(entry.Id) && !registration.Leaves.Contains(entry.Id))
            {
                Consider(entry);
            }
        }
    }

    private bool FallsIntoLeafSet(PnrpId id)
    {
        for (int i = 0; i < _registrations.Count; i++)
        {
            if (_registrations[i].Leaves.Covers(id))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInAllLeafSetsThatCover(PnrpId id)
    {
        for (int i = 0; i < _registrations.Count; i++)
        {
            LeafSet leaves = _registrations[i].Leaves;
            if (leaves.Covers(id) && !leaves.Contains(id))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsNews(RouteEntry entry, bool isLeaf)
    {
        if (_cache.Find(entry.Id) is not { } known)
        {
            return isLeaf || _cache.Wants(entry.Id);
        }

        return !HasSameAddresses(known, entry) || (isLeaf && !IsInAllLeafSetsThatCover(entry.Id));
    }

    private static bool IsPlausible(RouteEntry entry)
    {
        if (entry.Port <= LastReservedPort)
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

    private static bool HasSameAddresses(RouteEntry left, RouteEntry right)
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

    private static PnrpEndpoint[] ToArray(PnrpEndpointList list)
    {
        var endpoints = new PnrpEndpoint[list.Count];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = list[i];
        }

        return endpoints;
    }
}

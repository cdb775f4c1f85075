using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Flooding: MS-PNRP 3.1.5.4, 3.1.5.5, 3.2.5.5, 3.2.5.11, 4.3, 4.4.</summary>
internal sealed partial class PnrpMachine
{
    private void HandleFlood(PnrpEndpoint source, uint messageId, in FloodMessage flood)
    {
        if (!flood.DoNotAcknowledge)
        {
            bool isNotFound = _mode == PeerCloudMode.Full
                && flood.ValidateId != default
                && !_registrations.Contains(flood.ValidateId);
            Reply(source, new AckMessage { AckedMessageId = messageId, NotFound = isNotFound });
        }

        if (flood.RouteEntry is { } entry)
        {
            Consider(entry, source, flood.AlreadyFlooded);
        }

        if (!flood.RevokeCpa.IsEmpty)
        {
            HandleRevoke(flood.RevokeCpa, flood.AlreadyFlooded);
        }
    }

    private void HandleAck(PnrpEndpoint source, in AckMessage ack)
    {
        if (!_pending.TryGet(ack.AckedMessageId, out PendingMessage? pending)
            || pending.Kind is not (PendingKind.Flood or PendingKind.Request or PendingKind.Greeting)
            || pending.Destination != source)
        {
            Drop(PnrpDropReason.NotPending);
            return;
        }

        _askers.Confirm(source, _now.Elapsed);
        _askers.EndGreeting(source);
        bool isGone = ack.NotFound && pending.Kind == PendingKind.Flood;
        PnrpId id = pending.Id;
        _pending.Remove(pending);
        _pending.Recycle(pending);
        if (isGone)
        {
            Forget(id);
        }
        else
        {
            _cache.Touch(id, _now.Elapsed);
        }
    }

    /// <summary>Tells the neighbours of a new leaf-set member of it, and the member of this node.</summary>
    private void FloodNewLeaf(PendingRoute route)
    {
        RouteEntry entry = route.Entry;
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        PnrpEndpointList flooded = Others(route.AlreadyFlooded, scratch);
        RouteEntry? above = _cache.Neighbour(entry.Id, upwards: true, flooded);
        RouteEntry? below = _cache.Neighbour(entry.Id, upwards: false, flooded);
        if (below == above)
        {
            below = null;
        }

        PnrpEndpoint[] extended = Extend(route.AlreadyFlooded, above, below);
        FloodEntry(above, entry, extended);
        FloodEntry(below, entry, extended);
        FloodBack(route);
    }

    // 3.2.5.11 sends this node's entry back to who flooded, 4.4 to the new member: both need it, so both get it.
    private void FloodBack(PendingRoute route)
    {
        int remaining = 2 * _options.LeafSetSide;
        IdRing<Registration>.Walk walk = _registrations.NearestTo(route.Entry.Id);
        while (remaining > 0 && walk.MoveNext())
        {
            Registration registration = _registrations[walk.Index];
            if (registration.Entry is not { } own || !registration.Leaves.Contains(route.Entry.Id))
            {
                continue;
            }

            remaining--;
            Flood(_own.Choose(route.Entry), route.Entry.Id, own, default, []);
            if (route.FloodSource is { } sender && !route.Entry.Has(sender))
            {
                Flood(sender, default, own, default, []);
            }
        }
    }

    private void FloodEntry(RouteEntry? destination, RouteEntry entry, ReadOnlySpan<PnrpEndpoint> alreadyFlooded)
    {
        if (destination is not null)
        {
            PnrpEndpoint endpoint = _own.Choose(destination);
            Flood(endpoint, destination.Id, entry, default, WithSelf(alreadyFlooded, endpoint));
        }
    }

    private void Flood(
        PnrpEndpoint destination,
        PnrpId validateId,
        RouteEntry? entry,
        ReadOnlySpan<byte> revokeCpa,
        ReadOnlySpan<PnrpEndpoint> alreadyFlooded)
    {
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        var flood = new FloodMessage
        {
            ValidateId = validateId,
            RouteEntry = entry,
            RevokeCpa = revokeCpa,
            AlreadyFlooded = PnrpEndpointList.From(Latest(alreadyFlooded), scratch),
        };
        if (PnrpHeader.Length + flood.WireLength <= PnrpDatagram.MaximumLength)
        {
            Ask(destination, flood, PendingKind.Flood, owner: null, validateId);
        }
    }

    // MS-PNRP 3.1.5.5. A signature that proves nothing only makes this node ask the one that registered the name.
    private void HandleRevoke(ReadOnlySpan<byte> cpa, PnrpEndpointList alreadyFlooded)
    {
        if (AuthorityValidator.TryReadId(_suite, cpa, out PnrpId revoked) && !_cache.Contains(revoked))
        {
            return;
        }

        CpaVerdict verdict = AuthorityValidator.ValidateRevoke(
            _suite, cpa, _now.Utc, out PnrpId id, out _, out bool isSecure);
        if (verdict is not (CpaVerdict.Valid or CpaVerdict.WrongKey) || _cache.Find(id) is not { } entry)
        {
            Drop(PnrpDropReason.InvalidCpa);
            return;
        }

        if (verdict == CpaVerdict.Valid && isSecure)
        {
            Revoke(id, cpa, ToArray(alreadyFlooded));
        }
        else if (!_pendingRoutes.ContainsKey(id))
        {
            Inquire(new PendingRoute
            {
                Entry = entry,
                RevokeCpa = cpa.ToArray(),
                AlreadyFlooded = ToArray(alreadyFlooded),
            });
        }
    }

    /// <summary>Removes a revoked entry and passes the revocation on, away from the revoked id (MS-PNRP 4.3).</summary>
    private void Revoke(PnrpId id, ReadOnlySpan<byte> cpa, PnrpEndpoint[] alreadyFlooded)
    {
        RouteEntry? above = null;
        RouteEntry? below = null;
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        PnrpEndpointList flooded = Others(alreadyFlooded, scratch);
        for (int i = 0; i < _registrations.Count; i++)
        {
            LeafSet leaves = _registrations[i].Leaves;
            if (!leaves.Contains(id))
            {
                continue;
            }

            bool isAbove = leaves.LocalId.ClockwiseTo(id) <= id.ClockwiseTo(leaves.LocalId);
            if (isAbove)
            {
                below ??= FirstOutside(leaves.Below, id, flooded);
            }
            else
            {
                above ??= FirstOutside(leaves.Above, id, flooded);
            }
        }

        Forget(id);
        PnrpEndpoint[] extended = Extend(alreadyFlooded, above, below);
        ForwardRevoke(above, cpa, extended);
        ForwardRevoke(below, cpa, extended);
    }

    private void ForwardRevoke(RouteEntry? destination, ReadOnlySpan<byte> cpa, PnrpEndpoint[] alreadyFlooded)
    {
        if (destination is not null)
        {
            PnrpEndpoint endpoint = _own.Choose(destination);
            Flood(endpoint, destination.Id, entry: null, cpa, WithSelf(alreadyFlooded, endpoint));
        }
    }

    private static RouteEntry? FirstOutside(ReadOnlySpan<RouteEntry> side, PnrpId id, PnrpEndpointList flooded)
    {
        foreach (RouteEntry entry in side)
        {
            if (entry.Id != id && !flooded.ContainsAny(entry))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>An Already Flooded List with the next destinations on it (MS-PNRP 4.4).</summary>
    private PnrpEndpoint[] Extend(PnrpEndpoint[] flooded, RouteEntry? first, RouteEntry? second)
    {
        List<PnrpEndpoint> list = [.. flooded];
        if (first is not null)
        {
            list.Add(_own.Choose(first));
        }

        if (second is not null)
        {
            list.Add(_own.Choose(second));
        }

        return [.. list];
    }

    /// <summary>An Already Flooded List with this node on it, by an endpoint that the destination knows it by.</summary>
    private PnrpEndpoint[] WithSelf(ReadOnlySpan<PnrpEndpoint> flooded, PnrpEndpoint destination)
    {
        PnrpEndpoint self = _own.NameTowards(destination);
        return flooded.Contains(self) ? flooded.ToArray() : [.. flooded, self];
    }

    private PnrpEndpointList Others(ReadOnlySpan<PnrpEndpoint> flooded, Span<byte> scratch)
    {
        Span<byte> all = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        return _own.WithoutOwn(PnrpEndpointList.From(Latest(flooded), all), scratch);
    }

    private static ReadOnlySpan<PnrpEndpoint> Latest(ReadOnlySpan<PnrpEndpoint> list) =>
        list[Math.Max(0, list.Length - PnrpEndpointList.MaximumCount)..];
}

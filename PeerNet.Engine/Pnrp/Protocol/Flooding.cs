using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Flooding: MS-PNRP 3.1.5.4, 3.1.5.5, 3.2.5.5, 3.2.5.11, 4.3, 4.4.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Sends.</param>
/// <param name="routes">Gets to know the entries that are flooded.</param>
internal sealed class Flooding(PnrpContext context, Messenger messenger, Routes routes)
{
    public void HandleFlood(PnrpEndpoint source, uint messageId, in FloodMessage flood)
    {
        if (!flood.DoNotAcknowledge)
        {
            bool isNotFound = context.Mode == PeerCloudMode.Full
                && flood.ValidateId != default
                && !context.Registrations.Contains(flood.ValidateId);
            messenger.Reply(source, new AckMessage { AckedMessageId = messageId, NotFound = isNotFound });
        }

        if (flood.RouteEntry is { } entry)
        {
            routes.Consider(entry, source, flood.AlreadyFlooded);
        }

        if (!flood.RevokeCpa.IsEmpty)
        {
            HandleRevoke(flood.RevokeCpa, flood.AlreadyFlooded);
        }
    }

    public void HandleAck(PnrpEndpoint source, in AckMessage ack)
    {
        if (!messenger.Pending.TryGet(ack.AckedMessageId, out PendingMessage? pending)
            || pending.Kind is not (PendingKind.Flood or PendingKind.Request or PendingKind.Greeting)
            || pending.Destination != source)
        {
            context.Drop(PnrpDropReason.NotPending);
            return;
        }

        messenger.Askers.Confirm(source, context.Now.Elapsed);
        messenger.Askers.EndGreeting(source);
        bool isGone = ack.NotFound && pending.Kind == PendingKind.Flood;
        PnrpId id = pending.Id;
        messenger.Pending.Remove(pending);
        messenger.Pending.Recycle(pending);
        if (isGone)
        {
            routes.Forget(id);
        }
        else
        {
            context.Cache.Touch(id, context.Now.Elapsed);
        }
    }

    /// <summary>Tells the neighbours of a new leaf-set member of it, and the member of this node.</summary>
    public void FloodNewLeaf(PendingRoute route)
    {
        RouteEntry entry = route.Entry;
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        PnrpEndpointList flooded = Others(route.AlreadyFlooded, scratch);
        RouteEntry? above = context.Cache.Neighbour(entry.Id, upwards: true, flooded);
        RouteEntry? below = context.Cache.Neighbour(entry.Id, upwards: false, flooded);
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
        int remaining = 2 * PnrpLimits.LeafSetSide;
        IdRing<Registration>.Walk walk = context.Registrations.NearestTo(route.Entry.Id);
        while (remaining > 0 && walk.MoveNext())
        {
            Registration registration = context.Registrations[walk.Index];
            if (registration.Entry is not { } own || !registration.Leaves.Contains(route.Entry.Id))
            {
                continue;
            }

            remaining--;
            Flood(context.Own.Choose(route.Entry), route.Entry.Id, own, default, []);
            if (route.FloodSource is { } sender && !route.Entry.Has(sender))
            {
                Flood(sender, default, own, default, []);
            }
        }
    }

    public void FloodEntry(RouteEntry? destination, RouteEntry entry, ReadOnlySpan<PnrpEndpoint> alreadyFlooded)
    {
        if (destination is not null)
        {
            PnrpEndpoint endpoint = context.Own.Choose(destination);
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
            messenger.Ask(destination, flood, PendingKind.Flood, owner: null, validateId);
        }
    }

    // MS-PNRP 3.1.5.5. A signature that proves nothing only makes this node ask the one that registered the name.
    private void HandleRevoke(ReadOnlySpan<byte> cpa, PnrpEndpointList alreadyFlooded)
    {
        if (AuthorityValidator.TryReadId(context.Suite, cpa, out PnrpId revoked) && !context.Cache.Contains(revoked))
        {
            return;
        }

        CpaVerdict verdict = AuthorityValidator.ValidateRevoke(
            context.Suite, cpa, context.Now.Utc, out PnrpId id, out _, out bool isSecure);
        if (verdict is not (CpaVerdict.Valid or CpaVerdict.WrongKey) || context.Cache.Find(id) is not { } entry)
        {
            context.Drop(PnrpDropReason.InvalidCpa);
            return;
        }

        if (verdict == CpaVerdict.Valid && isSecure)
        {
            Revoke(id, cpa, Routes.ToArray(alreadyFlooded));
        }
        else if (!routes.IsPending(id))
        {
            routes.Inquire(new PendingRoute
            {
                Entry = entry,
                RevokeCpa = cpa.ToArray(),
                AlreadyFlooded = Routes.ToArray(alreadyFlooded),
            });
        }
    }

    /// <summary>Removes a revoked entry and passes the revocation on, away from the revoked id (MS-PNRP 4.3).</summary>
    public void Revoke(PnrpId id, PendingRoute denied) => Revoke(id, denied.RevokeCpa, denied.AlreadyFlooded);

    private void Revoke(PnrpId id, ReadOnlySpan<byte> cpa, PnrpEndpoint[] alreadyFlooded)
    {
        RouteEntry? above = null;
        RouteEntry? below = null;
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        PnrpEndpointList flooded = Others(alreadyFlooded, scratch);
        for (int i = 0; i < context.Registrations.Count; i++)
        {
            LeafSet leaves = context.Registrations[i].Leaves;
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

        routes.Forget(id);
        PnrpEndpoint[] extended = Extend(alreadyFlooded, above, below);
        ForwardRevoke(above, cpa, extended);
        ForwardRevoke(below, cpa, extended);
    }

    public void ForwardRevoke(RouteEntry? destination, ReadOnlySpan<byte> cpa, PnrpEndpoint[] alreadyFlooded)
    {
        if (destination is not null)
        {
            PnrpEndpoint endpoint = context.Own.Choose(destination);
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
    public PnrpEndpoint[] Extend(PnrpEndpoint[] flooded, RouteEntry? first, RouteEntry? second)
    {
        List<PnrpEndpoint> list = [.. flooded];
        if (first is not null)
        {
            list.Add(context.Own.Choose(first));
        }

        if (second is not null)
        {
            list.Add(context.Own.Choose(second));
        }

        return [.. list];
    }

    /// <summary>An Already Flooded List with this node on it, by an endpoint that the destination knows it by.</summary>
    private PnrpEndpoint[] WithSelf(ReadOnlySpan<PnrpEndpoint> flooded, PnrpEndpoint destination)
    {
        PnrpEndpoint self = context.Own.NameTowards(destination);
        return flooded.Contains(self) ? flooded.ToArray() : [.. flooded, self];
    }

    private PnrpEndpointList Others(ReadOnlySpan<PnrpEndpoint> flooded, Span<byte> scratch)
    {
        Span<byte> all = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        return context.Own.WithoutOwn(PnrpEndpointList.From(Latest(flooded), all), scratch);
    }

    private static ReadOnlySpan<PnrpEndpoint> Latest(ReadOnlySpan<PnrpEndpoint> list) =>
        list[Math.Max(0, list.Length - PnrpEndpointList.MaximumCount)..];
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Answers to INQUIREs and LOOKUPs: MS-PNRP 3.2.5.2, 3.2.5.6, 3.2.5.10.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Sends.</param>
/// <param name="routes">Gets to know the entries that others name.</param>
internal sealed class Answering(PnrpContext context, Messenger messenger, Routes routes)
{
    /// <summary>How many of the nearest entries a LOOKUP's answer is chosen from.</summary>
    private const int ChoiceWidth = 3;

    // MS-PNRP 3.2.5.6
    public void HandleInquire(PnrpEndpoint source, uint messageId, in InquireMessage inquire)
    {
        if (!context.IsPublisher())
        {
            return;
        }

        if (!context.Registrations.TryFind(inquire.ValidateId, out int index) || context.Registrations[index].Entry is not { } own)
        {
            ReplyAuthority(source, messageId, new AuthorityBuffer { Flags = AuthorityFlags.NotFound });
            return;
        }

        if (inquire.Flags == InquireFlags.None)
        {
            ReplyAuthority(source, messageId, new AuthorityBuffer { RouteEntry = own });
            return;
        }

        LocalName name = context.Registrations[index].Name;
        int length = name.LengthOfAuthority(inquire.Flags, context.Now.Utc, own);
        if (!messenger.TryAnswer(source, AuthorityFragments.LengthOf(length)))
        {
            return;
        }

        if (!messenger.Askers.TryTakeSignature(source, context.Now.Elapsed))
        {
            context.Drop(PnrpDropReason.Limit);
            return;
        }

        byte[] buffer = name.BuildAuthority(inquire.Flags, inquire.Nonce ?? default, context.Now.Utc, own);
        SendAuthority(source, messageId, buffer);
    }

    // MS-PNRP 3.2.5.2
    public void HandleLookup(PnrpEndpoint source, uint messageId, in LookupMessage lookup)
    {
        if (!context.IsPublisher())
        {
            return;
        }

        if (lookup.BestMatch is { } bestMatch)
        {
            routes.Consider(bestMatch);
        }

        bool hasValidateId = lookup.ValidateId != default;
        bool isValidateNotLocal = hasValidateId && !context.Registrations.Contains(lookup.ValidateId);
        RouteEntry? local = ClosestLocalMatch(lookup, mustBeCloser: hasValidateId && !isValidateNotLocal);
        RouteEntry? remote = ClosestRemoteMatch(lookup, mustBeCloser: hasValidateId && !lookup.AcceptAny);
        AuthorityFlags flags = AuthorityFlags.None;
        if (isValidateNotLocal)
        {
            flags |= AuthorityFlags.NotFound;
        }

        if (remote is null && !context.Registrations.Contains(lookup.Target) && context.FallsIntoLeafSet(lookup.Target))
        {
            flags |= AuthorityFlags.LeafSet;
        }

        bool isLocalBetter = local is not null
            && (remote is null || local.Id.IsCloserTo(lookup.Target, remote.Id));
        ReplyAuthority(source, messageId, new AuthorityBuffer
        {
            Flags = flags,
            RouteEntry = isLocalBetter ? local : remote,
        });
    }

    private RouteEntry? ClosestLocalMatch(in LookupMessage lookup, bool mustBeCloser)
    {
        // The first of the path is who asks, and that is never this node, whatever addresses they share.
        for (int i = 1; i < lookup.Path.Count; i++)
        {
            if (context.Own.Contains(lookup.Path[i]))
            {
                return null;
            }
        }

        IdRing<Registration>.Walk walk = context.Registrations.NearestTo(lookup.Target);
        if (!walk.MoveNext() || context.Registrations[walk.Index].Entry is not { } own)
        {
            return null;
        }

        return mustBeCloser && !own.Id.IsCloserTo(lookup.Target, lookup.ValidateId) ? null : own;
    }

    private RouteEntry? ClosestRemoteMatch(in LookupMessage lookup, bool mustBeCloser)
    {
        PnrpId bound = lookup.ValidateId.DistanceTo(lookup.Target);
        Span<int> candidates = stackalloc int[ChoiceWidth];
        int count = 0;
        Span<byte> scratch = stackalloc byte[PnrpEndpointList.MaximumCount * PnrpEndpoint.WireLength];
        PnrpEndpointList path = context.Own.WithoutOwn(lookup.Path, scratch);
        IdRing<CachedRoute>.Walk walk = context.Cache.NearestTo(lookup.Target);
        while (count < ChoiceWidth && walk.MoveNext() && !(mustBeCloser && walk.Distance >= bound))
        {
            if (!path.ContainsAny(context.Cache[walk.Index].Entry))
            {
                candidates[count++] = walk.Index;
            }
        }

        count = KeepBest(candidates[..count], lookup);
        return count == 0 ? null : context.Cache[candidates[ChooseWeighted(count)]].Entry;
    }

    /// <summary>Where candidates match, the others are out; where the nearest match is wanted, so are farther ones.</summary>
    private int KeepBest(Span<int> candidates, in LookupMessage lookup)
    {
        int matching = 0;
        while (matching < candidates.Length
            && lookup.Criteria.Matches(lookup.Precision, lookup.Target, context.Cache[candidates[matching]].Entry.Id))
        {
            matching++;
        }

        if (matching == 0)
        {
            return candidates.Length;
        }

        return lookup.Criteria == ResolveCriteria.AnyPeerName ? matching : 1;
    }

    // 3.2.5.2: random, with more weight to the nearest. Each next one is a quarter as likely as the one before.
    private int ChooseWeighted(int count)
    {
        int chosen = 0;
        while (chosen < count - 1 && context.Random.Next(4) == 0)
        {
            chosen++;
        }

        return chosen;
    }

    private void ReplyAuthority(PnrpEndpoint destination, uint ackedMessageId, scoped in AuthorityBuffer buffer)
    {
        Span<byte> bytes = stackalloc byte[AuthorityMessage.FragmentLength];
        var writer = new WireWriter(bytes);
        buffer.Write(ref writer, context.Suite);
        if (messenger.TryAnswer(destination, AuthorityFragments.LengthOf(writer.Position)))
        {
            SendAuthority(destination, ackedMessageId, writer.Written);
        }
    }

    // MS-PNRP 3.2.5.10
    private void SendAuthority(PnrpEndpoint destination, uint ackedMessageId, scoped ReadOnlySpan<byte> buffer)
    {
        var fragments = new AuthorityFragments(context.Suite, messenger.NextMessageId(), ackedMessageId, buffer);
        for (int i = 0; i < fragments.Count; i++)
        {
            messenger.Transmit(destination, fragments.Write(i, context.Output.Room));
        }
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>INQUIRE, LOOKUP and their answers: MS-PNRP 3.1.5.6, 3.2.5.2, 3.2.5.6, 3.2.5.10.</summary>
internal sealed partial class PnrpMachine
{
    /// <summary>How many of the nearest entries a LOOKUP's answer is chosen from.</summary>
    private const int ChoiceWidth = 3;

    // MS-PNRP 3.2.5.6
    private void HandleInquire(PnrpEndpoint source, uint messageId, in InquireMessage inquire)
    {
        if (!IsPublisher())
        {
            return;
        }

        if (!_registrations.TryFind(inquire.ValidateId, out int index) || _registrations[index].Entry is not { } own)
        {
            ReplyAuthority(source, messageId, new AuthorityBuffer { Flags = AuthorityFlags.NotFound });
            return;
        }

        if (inquire.Flags == InquireFlags.None)
        {
            ReplyAuthority(source, messageId, new AuthorityBuffer { RouteEntry = own });
            return;
        }

        LocalName name = _registrations[index].Name;
        int length = name.LengthOfAuthority(inquire.Flags, _now.Utc, own);
        if (!TryAnswer(source, AuthorityFragments.LengthOf(length)))
        {
            return;
        }

        if (!_askers.TryTakeSignature(source, _now.Elapsed))
        {
            Drop(PnrpDropReason.Limit);
            return;
        }

        byte[] buffer = name.BuildAuthority(inquire.Flags, inquire.Nonce ?? UInt128.Zero, _now.Utc, own);
        SendAuthority(source, messageId, buffer);
    }

    // MS-PNRP 3.2.5.2
    private void HandleLookup(PnrpEndpoint source, uint messageId, in LookupMessage lookup)
    {
        if (!IsPublisher())
        {
            return;
        }

        if (lookup.BestMatch is { } bestMatch)
        {
            Consider(bestMatch);
        }

        bool hasValidateId = lookup.ValidateId != default;
        bool isValidateNotLocal = hasValidateId && !_registrations.Contains(lookup.ValidateId);
        RouteEntry? local = ClosestLocalMatch(lookup, mustBeCloser: hasValidateId && !isValidateNotLocal);
        RouteEntry? remote = ClosestRemoteMatch(lookup, mustBeCloser: hasValidateId && !lookup.AcceptAny);
        AuthorityFlags flags = AuthorityFlags.None;
        if (isValidateNotLocal)
        {
            flags |= AuthorityFlags.NotFound;
        }

        if (remote is null && !_registrations.Contains(lookup.Target) && FallsIntoLeafSet(lookup.Target))
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
            if (_own.Contains(lookup.Path[i]))
            {
                return null;
            }
        }

        IdRing<Registration>.Walk walk = _registrations.NearestTo(lookup.Target);
        if (!walk.MoveNext() || _registrations[walk.Index].Entry is not { } own)
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
        PnrpEndpointList path = _own.WithoutOwn(lookup.Path, scratch);
        IdRing<CachedRoute>.Walk walk = _cache.NearestTo(lookup.Target);
        while (count < ChoiceWidth && walk.MoveNext() && !(mustBeCloser && walk.Distance >= bound))
        {
            if (!path.ContainsAny(_cache[walk.Index].Entry))
            {
                candidates[count++] = walk.Index;
            }
        }

        count = KeepBest(candidates[..count], lookup);
        return count == 0 ? null : _cache[candidates[ChooseWeighted(count)]].Entry;
    }

    /// <summary>Where candidates match, the others are out; where the nearest match is wanted, so are farther ones.</summary>
    private int KeepBest(Span<int> candidates, in LookupMessage lookup)
    {
        int matching = 0;
        while (matching < candidates.Length
            && IsMatch(lookup.Criteria, lookup.Precision, lookup.Target, _cache[candidates[matching]].Entry.Id))
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
        while (chosen < count - 1 && _random.Next(4) == 0)
        {
            chosen++;
        }

        return chosen;
    }

    /// <summary>Whether an id is sufficiently close to a target (MS-PNRP 2.2.2.8).</summary>
    private static bool IsMatch(ResolveCriteria criteria, int precision, PnrpId target, PnrpId id) => criteria switch
    {
        ResolveCriteria.AnyPeerName => id.P2PId == target.P2PId,
        ResolveCriteria.Nearest64PeerName => id.CommonPrefixLength(target) >= 192,
        ResolveCriteria.UpperBits => id.CommonPrefixLength(target) >= precision,
        _ => id == target,
    };

    private void ReplyAuthority(PnrpEndpoint destination, uint ackedMessageId, scoped in AuthorityBuffer buffer)
    {
        Span<byte> bytes = stackalloc byte[AuthorityMessage.FragmentLength];
        var writer = new WireWriter(bytes);
        buffer.Write(ref writer, _suite);
        if (TryAnswer(destination, AuthorityFragments.LengthOf(writer.Position)))
        {
            SendAuthority(destination, ackedMessageId, writer.Written);
        }
    }

    // MS-PNRP 3.2.5.10
    private void SendAuthority(PnrpEndpoint destination, uint ackedMessageId, scoped ReadOnlySpan<byte> buffer)
    {
        var fragments = new AuthorityFragments(_suite, NextMessageId(), ackedMessageId, buffer);
        for (int i = 0; i < fragments.Count; i++)
        {
            Transmit(destination, fragments.Write(i, _output.Room));
        }
    }

    // MS-PNRP 3.1.5.6
    private void HandleAuthority(PnrpEndpoint source, uint messageId, in AuthorityMessage authority)
    {
        if (!_pending.TryGet(authority.AckedMessageId, out PendingMessage? pending)
            || !pending.ExpectsAuthority
            || pending.Destination != source)
        {
            Drop(PnrpDropReason.NotPending);
            return;
        }

        _askers.Confirm(source, _now.Elapsed);
        ReadOnlySpan<byte> whole = authority.Buffer;
        if (!authority.IsWhole && !_reassembly.TryAdd(messageId, source, authority, out whole))
        {
            Drop(PnrpDropReason.Reassembly);
            return;
        }

        if (whole.IsEmpty)
        {
            return;
        }

        var reader = new WireReader(whole);
        if (AuthorityBuffer.TryRead(ref reader, _suite, out AuthorityBuffer buffer))
        {
            _pending.Remove(pending);
            Deliver(pending, buffer);
            _pending.Recycle(pending);
        }
        else
        {
            Drop(PnrpDropReason.Malformed);
        }

        _reassembly.Remove(authority.AckedMessageId);
    }

    /// <summary>Checks the answer to an INQUIRE, and counts what is wrong with it.</summary>
    private CpaVerdict Judge(
        in AuthorityBuffer buffer, PnrpId id, UInt128 nonce, InquireFlags asked, out CertifiedName? name)
    {
        CpaVerdict verdict = AuthorityValidator.Validate(_suite, buffer, id, nonce, _now.Utc, out name, asked);
        _clock.Note(verdict, name, _now.Utc);
        if (verdict != CpaVerdict.Valid)
        {
            Drop(verdict == CpaVerdict.Expired ? PnrpDropReason.Expired : PnrpDropReason.InvalidCpa);
        }

        return verdict;
    }

    private void Deliver(PendingMessage message, in AuthorityBuffer buffer)
    {
        bool isNotFound = (buffer.Flags & AuthorityFlags.NotFound) != 0;
        if (!isNotFound)
        {
            _cache.Touch(message.Id, _now.Elapsed);
        }

        switch (message.Kind)
        {
            case PendingKind.Lookup:
                OnLookupAnswered((ResolveState)message.Owner!, message, buffer);
                break;
            case PendingKind.Proof:
                OnProofAnswered((ResolveState)message.Owner!, message, buffer);
                break;
            case PendingKind.Route:
                OnRouteAnswered((PendingRoute)message.Owner!, buffer);
                break;
            case PendingKind.Liveness when isNotFound:
                Forget(message.Id);
                break;
        }
    }
}

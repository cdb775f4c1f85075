using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Synchronization conversations: MS-PNRP 3.1.4.3, 3.1.5.3, 3.2.5.3, 3.2.5.4.</summary>
internal sealed partial class PnrpMachine
{
    /// <summary>A REQUEST is answered with no more FLOODs than this: its source address may be forged.</summary>
    private const int MaximumRequestedIds = 10;

    /// <summary>Starts a synchronization conversation (MS-PNRP 3.1.4.3); the answer to its SOLICIT is also a ping.</summary>
    public void Synchronize(Moment now, PnrpEndpoint endpoint)
    {
        Enter(now);
        if (!IsOpen || !HasNetwork || _own.Contains(endpoint) || endpoint.Port <= LastReservedPort
            || !Solicit(endpoint))
        {
            _output.Tell(new PnrpNews.SynchronizeEnded(endpoint, IsAnswered: false, TimeSpan.Zero));
        }
    }

    private int LongestAdvertise => PnrpHeader.Length + AdvertiseMessage.LengthWith(_options.AdvertisedIds);

    private bool Solicit(PnrpEndpoint endpoint)
    {
        UInt128 nonce = _random.NextUInt128();
        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(_suite, nonce, hash);
        var solicit = new SolicitMessage
        {
            Type = SolicitType.Any,
            RouteEntry = RandomOwnEntry(),
            HashedNonce = hash,
        };
        return Ask(endpoint, solicit, PendingKind.Solicit, new Solicitation(endpoint, nonce), default);
    }

    // MS-PNRP 3.2.5.3
    private void HandleSolicit(PnrpEndpoint source, uint messageId, in SolicitMessage solicit)
    {
        if (!IsPublisher())
        {
            return;
        }

        Span<PnrpId> ids = stackalloc PnrpId[_options.AdvertisedIds];
        if (!TryAnswer(source, LongestAdvertise))
        {
            return;
        }

        int count = 0;
        if (_conversations.TryOpen(source, solicit.HashedNonce, solicit.RouteEntry?.Id ?? default, _now.Elapsed))
        {
            count = SelectAdvertisedIds(ids, solicit.Type);
        }
        else
        {
            Drop(PnrpDropReason.Limit);
        }

        Span<byte> scratch = stackalloc byte[PnrpIdList.MaximumCount * PnrpId.WireLength];
        Reply(source, new AdvertiseMessage
        {
            AckedMessageId = messageId,
            Ids = PnrpIdList.From(ids[..count], scratch),
            HashedNonce = solicit.HashedNonce,
        });
        if (solicit.RouteEntry is { } entry)
        {
            Consider(entry);
        }
    }

    private int SelectAdvertisedIds(Span<PnrpId> ids, SolicitType type)
    {
        int count = type == SolicitType.Local ? 0 : _cache.Sample(ids, _random);
        int start = _registrations.Count > 0 ? _random.Next(_registrations.Count) : 0;
        for (int i = 0; i < _registrations.Count && count < ids.Length; i++)
        {
            ids[count++] = _registrations.IdAt((start + i) % _registrations.Count);
        }

        return count;
    }

    // MS-PNRP 3.1.5.3
    private void HandleAdvertise(PnrpEndpoint source, in AdvertiseMessage advertise)
    {
        if (!_pending.TryGet(advertise.AckedMessageId, out PendingMessage? pending)
            || pending is not { Kind: PendingKind.Solicit, Owner: Solicitation solicitation }
            || pending.Destination != source)
        {
            Drop(PnrpDropReason.NotPending);
            return;
        }

        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(_suite, solicitation.Nonce, hash);
        if (!hash.SequenceEqual(advertise.HashedNonce))
        {
            Drop(PnrpDropReason.NotPending);
            return;
        }

        _askers.Confirm(source, _now.Elapsed);
        TimeSpan roundTrip = _now.Elapsed - pending.Sent;
        _pending.Remove(pending);
        _pending.Recycle(pending);
        Request(source, solicitation.Nonce, advertise.Ids);
        _output.Tell(new PnrpNews.SynchronizeEnded(source, IsAnswered: true, roundTrip));
    }

    private void Request(PnrpEndpoint destination, UInt128 nonce, PnrpIdList advertised)
    {
        Span<PnrpId> ids = stackalloc PnrpId[PnrpIdList.MaximumCount];
        int count = 0;
        for (int i = 0; i < advertised.Count && count < ids.Length; i++)
        {
            if (!_registrations.Contains(advertised[i]))
            {
                ids[count++] = advertised[i];
            }
        }

        if (count == 0)
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[PnrpIdList.MaximumCount * PnrpId.WireLength];
        var request = new RequestMessage { Nonce = nonce, Ids = PnrpIdList.From(ids[..count], scratch) };
        _expectsFloods |= Ask(destination, request, PendingKind.Request, owner: null, default);
    }

    // MS-PNRP 3.2.5.4
    private void HandleRequest(PnrpEndpoint source, uint messageId, in RequestMessage request)
    {
        if (!IsPublisher())
        {
            return;
        }

        if (!_conversations.TryClose(source, request.Nonce, out PnrpId destination))
        {
            Drop(PnrpDropReason.NoConversation);
            return;
        }

        Reply(source, new AckMessage { AckedMessageId = messageId });
        for (int i = 0; i < Math.Min(request.Ids.Count, MaximumRequestedIds); i++)
        {
            RouteEntry? entry = OwnEntry(request.Ids[i]) ?? _cache.Find(request.Ids[i]);
            if (entry is null)
            {
                continue;
            }

            var flood = new FloodMessage { DoNotAcknowledge = true, ValidateId = destination, RouteEntry = entry };
            if (!TryAnswer(source, PnrpHeader.Length + flood.WireLength))
            {
                return;
            }

            Reply(source, flood);
        }
    }

    private RouteEntry? RandomOwnEntry() => _registrations.Count == 0
        ? null
        : _registrations[_random.Next(_registrations.Count)].Entry;

    private RouteEntry? OwnEntry(PnrpId id) =>
        _registrations.TryFind(id, out int index) ? _registrations[index].Entry : null;
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Synchronization conversations: MS-PNRP 3.1.4.3, 3.1.5.3, 3.2.5.3, 3.2.5.4.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Sends.</param>
/// <param name="routes">Gets to know the entries that others name.</param>
/// <param name="discovery">Waits for what others are asked for.</param>
internal sealed class Synchronizing(PnrpContext context, Messenger messenger, Routes routes, DiscoverySteps discovery)
{
    /// <summary>A REQUEST is answered with no more FLOODs than this: its source address may be forged.</summary>
    private const int MaximumRequestedIds = 10;

    private readonly Conversations _conversations = new(context.Suite);

    /// <summary>When the first conversation ends by itself.</summary>
    public TimeSpan NextDue => _conversations.NextDue;

    /// <summary>Ends the conversations whose time is over.</summary>
    public void Expire() => _conversations.Expire(context.Now.Elapsed);

    /// <summary>Ends all conversations.</summary>
    public void Clear() => _conversations.Clear();

    /// <summary>Starts a synchronization conversation (MS-PNRP 3.1.4.3); the answer to its SOLICIT is also a ping.</summary>
    public void Synchronize(PnrpEndpoint endpoint)
    {
        if (!context.IsOpen || !context.HasNetwork || context.Own.Contains(endpoint)
            || endpoint.Port <= PnrpEndpoint.LastReservedPort
            || !Solicit(endpoint))
        {
            context.Tell(new PnrpNews.SynchronizeEnded(endpoint, IsAnswered: false, TimeSpan.Zero));
        }
    }

    private static int LongestAdvertise => PnrpHeader.Length + AdvertiseMessage.LengthWith(PnrpLimits.AdvertisedIds);

    private bool Solicit(PnrpEndpoint endpoint)
    {
        Bits128 nonce = context.Random.NextBits128();
        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(context.Suite, nonce, hash);
        var solicit = new SolicitMessage
        {
            Type = SolicitType.Any,
            RouteEntry = context.RandomOwnEntry(),
            HashedNonce = hash,
        };
        return messenger.Ask(endpoint, solicit, PendingKind.Solicit, new Solicitation(endpoint, nonce), default);
    }

    // MS-PNRP 3.2.5.3
    public void HandleSolicit(PnrpEndpoint source, uint messageId, in SolicitMessage solicit)
    {
        if (!context.IsPublisher())
        {
            return;
        }

        Span<PnrpId> ids = stackalloc PnrpId[PnrpLimits.AdvertisedIds];
        if (!messenger.TryAnswer(source, LongestAdvertise))
        {
            return;
        }

        int count = 0;
        if (_conversations.TryOpen(source, solicit.HashedNonce, solicit.RouteEntry?.Id ?? default, context.Now.Elapsed))
        {
            count = SelectAdvertisedIds(ids, solicit.Type);
        }
        else
        {
            context.Drop(PnrpDropReason.Limit);
        }

        Span<byte> scratch = stackalloc byte[PnrpIdList.MaximumCount * PnrpId.WireLength];
        messenger.Reply(source, new AdvertiseMessage
        {
            AckedMessageId = messageId,
            Ids = PnrpIdList.From(ids[..count], scratch),
            HashedNonce = solicit.HashedNonce,
        });
        if (solicit.RouteEntry is { } entry)
        {
            routes.Consider(entry);
        }
    }

    private int SelectAdvertisedIds(Span<PnrpId> ids, SolicitType type)
    {
        int count = type == SolicitType.Local ? 0 : context.Cache.Sample(ids, context.Random);
        int start = context.Registrations.Count > 0 ? context.Random.Next(context.Registrations.Count) : 0;
        for (int i = 0; i < context.Registrations.Count && count < ids.Length; i++)
        {
            ids[count++] = context.Registrations.IdAt((start + i) % context.Registrations.Count);
        }

        return count;
    }

    // MS-PNRP 3.1.5.3
    public void HandleAdvertise(PnrpEndpoint source, in AdvertiseMessage advertise)
    {
        if (!messenger.Pending.TryGet(advertise.AckedMessageId, out PendingMessage? pending)
            || pending is not { Kind: PendingKind.Solicit, Owner: Solicitation solicitation }
            || pending.Destination != source)
        {
            context.Drop(PnrpDropReason.NotPending);
            return;
        }

        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(context.Suite, solicitation.Nonce, hash);
        if (!hash.SequenceEqual(advertise.HashedNonce))
        {
            context.Drop(PnrpDropReason.NotPending);
            return;
        }

        messenger.Askers.Confirm(source, context.Now.Elapsed);
        TimeSpan roundTrip = context.Now.Elapsed - pending.Sent;
        messenger.Pending.Remove(pending);
        messenger.Pending.Recycle(pending);
        Request(source, solicitation.Nonce, advertise.Ids);
        context.Tell(new PnrpNews.SynchronizeEnded(source, IsAnswered: true, roundTrip));
    }

    private void Request(PnrpEndpoint destination, Bits128 nonce, PnrpIdList advertised)
    {
        Span<PnrpId> ids = stackalloc PnrpId[PnrpIdList.MaximumCount];
        int count = 0;
        for (int i = 0; i < advertised.Count && count < ids.Length; i++)
        {
            if (!context.Registrations.Contains(advertised[i]))
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
        if (messenger.Ask(destination, request, PendingKind.Request, owner: null, default))
        {
            discovery.ExpectFloods();
        }
    }

    // MS-PNRP 3.2.5.4
    public void HandleRequest(PnrpEndpoint source, uint messageId, in RequestMessage request)
    {
        if (!context.IsPublisher())
        {
            return;
        }

        if (!_conversations.TryClose(source, request.Nonce, out PnrpId destination))
        {
            context.Drop(PnrpDropReason.NoConversation);
            return;
        }

        messenger.Reply(source, new AckMessage { AckedMessageId = messageId });
        for (int i = 0; i < Math.Min(request.Ids.Count, MaximumRequestedIds); i++)
        {
            RouteEntry? entry = context.OwnEntry(request.Ids[i]) ?? context.Cache.Find(request.Ids[i]);
            if (entry is null)
            {
                continue;
            }

            var flood = new FloodMessage { DoNotAcknowledge = true, ValidateId = destination, RouteEntry = entry };
            if (!messenger.TryAnswer(source, PnrpHeader.Length + flood.WireLength))
            {
                return;
            }

            messenger.Reply(source, flood);
        }
    }
}

/// <summary>One entry of the resolver's Conversation Table (MS-PNRP 3.1.1); its Message ID is its place in the Pending List.</summary>
/// <param name="Endpoint">The node that was asked.</param>
/// <param name="Nonce">The conversation's nonce.</param>
internal sealed record Solicitation(PnrpEndpoint Endpoint, Bits128 Nonce);

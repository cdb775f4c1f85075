using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What comes in, or does not: datagrams go to the parts, and so do answers and their absence (MS-PNRP 3.1.5.2,
/// 3.1.5.6, 3.1.6.3).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Knows what was asked.</param>
/// <param name="routes">Validates entries.</param>
/// <param name="flooding">Takes FLOODs.</param>
/// <param name="answering">Answers questions.</param>
/// <param name="resolving">Asks them.</param>
/// <param name="synchronizing">Holds conversations.</param>
internal sealed class Receiving(
    PnrpContext context,
    Messenger messenger,
    Routes routes,
    Flooding flooding,
    Answering answering,
    Resolving resolving,
    Synchronizing synchronizing)
{
    private readonly Reassembly _reassembly = new();

    /// <summary>Forgets what is being put together.</summary>
    public void Clear() => _reassembly.Clear();

    /// <summary>A datagram has arrived.</summary>
    public void Receive(PnrpEndpoint source, ReadOnlySpan<byte> datagram)
    {
        context.Counters.DatagramsIn++;
        var reader = new WireReader(datagram);
        switch (PnrpHeader.TryRead(ref reader, context.Suite, out PnrpHeader header))
        {
            case PnrpHeaderStatus.Malformed:
                context.Drop(PnrpDropReason.Malformed);
                return;
            case PnrpHeaderStatus.OtherSuite:
                context.Drop(PnrpDropReason.OtherSuite);
                return;
        }

        if (source.Port <= PnrpEndpoint.LastReservedPort)
        {
            context.Drop(PnrpDropReason.SourcePort);
            return;
        }

        bool isFarewell = context.State == PeerCloudState.Disabled
            && header.Type is PnrpMessageType.Ack or PnrpMessageType.Inquire;
        if (!context.HasNetwork || !(context.IsOpen || isFarewell))
        {
            context.Drop(PnrpDropReason.Closed);
            return;
        }

        if (!Dispatch(source, header, ref reader))
        {
            context.Drop(PnrpDropReason.Malformed);
        }
    }

    /// <returns>False where the message is malformed.</returns>
    private bool Dispatch(PnrpEndpoint source, PnrpHeader header, ref WireReader reader)
    {
        bool isSound = true;
        switch (header.Type)
        {
            case PnrpMessageType.Solicit:
                if (isSound = SolicitMessage.TryRead(ref reader, context.Suite, out SolicitMessage solicit))
                {
                    synchronizing.HandleSolicit(source, header.MessageId, solicit);
                }

                break;
            case PnrpMessageType.Advertise:
                if (isSound = AdvertiseMessage.TryRead(ref reader, context.Suite, out AdvertiseMessage advertise))
                {
                    synchronizing.HandleAdvertise(source, advertise);
                }

                break;
            case PnrpMessageType.Request:
                if (isSound = RequestMessage.TryRead(ref reader, context.Suite, out RequestMessage request))
                {
                    synchronizing.HandleRequest(source, header.MessageId, request);
                }

                break;
            case PnrpMessageType.Flood:
                if (isSound = FloodMessage.TryRead(ref reader, context.Suite, out FloodMessage flood))
                {
                    flooding.HandleFlood(source, header.MessageId, flood);
                }

                break;
            case PnrpMessageType.Inquire:
                if (isSound = InquireMessage.TryRead(ref reader, context.Suite, out InquireMessage inquire))
                {
                    answering.HandleInquire(source, header.MessageId, inquire);
                }

                break;
            case PnrpMessageType.Authority:
                if (isSound = AuthorityMessage.TryRead(ref reader, context.Suite, out AuthorityMessage authority))
                {
                    HandleAuthority(source, header.MessageId, authority);
                }

                break;
            case PnrpMessageType.Ack:
                if (isSound = AckMessage.TryRead(ref reader, context.Suite, out AckMessage ack))
                {
                    flooding.HandleAck(source, ack);
                }

                break;
            case PnrpMessageType.Lookup:
                if (isSound = LookupMessage.TryRead(ref reader, context.Suite, out LookupMessage lookup))
                {
                    answering.HandleLookup(source, header.MessageId, lookup);
                }

                break;
            default:
                context.Drop(PnrpDropReason.UnknownType);
                break;
        }

        return isSound;
    }

    // MS-PNRP 3.1.5.6
    private void HandleAuthority(PnrpEndpoint source, uint messageId, in AuthorityMessage authority)
    {
        if (!messenger.Pending.TryGet(authority.AckedMessageId, out PendingMessage? pending)
            || !pending.ExpectsAuthority
            || pending.Destination != source)
        {
            context.Drop(PnrpDropReason.NotPending);
            return;
        }

        messenger.Askers.Confirm(source, context.Now.Elapsed);
        ReadOnlySpan<byte> whole = authority.Buffer;
        if (!authority.IsWhole && !_reassembly.TryAdd(messageId, source, authority, out whole))
        {
            context.Drop(PnrpDropReason.Reassembly);
            return;
        }

        if (whole.IsEmpty)
        {
            return;
        }

        var reader = new WireReader(whole);
        if (AuthorityBuffer.TryRead(ref reader, context.Suite, out AuthorityBuffer buffer))
        {
            messenger.Pending.Remove(pending);
            Deliver(pending, buffer);
            messenger.Pending.Recycle(pending);
        }
        else
        {
            context.Drop(PnrpDropReason.Malformed);
        }

        _reassembly.Remove(authority.AckedMessageId);
    }

    private void Deliver(PendingMessage message, in AuthorityBuffer buffer)
    {
        bool isNotFound = (buffer.Flags & AuthorityFlags.NotFound) != 0;
        if (!isNotFound)
        {
            context.Cache.Touch(message.Id, context.Now.Elapsed);
        }

        switch (message.Kind)
        {
            case PendingKind.Lookup:
                resolving.OnLookupAnswered((ResolveState)message.Owner!, message, buffer);
                break;
            case PendingKind.Proof:
                resolving.OnProofAnswered((ResolveState)message.Owner!, message, buffer);
                break;
            case PendingKind.Route:
                routes.OnRouteAnswered((PendingRoute)message.Owner!, buffer);
                break;
            case PendingKind.Liveness when isNotFound:
                routes.Forget(message.Id);
                break;
        }
    }

    /// <summary>Sends again what was not answered, or gives it up (MS-PNRP 3.1.6.3, 3.2.6.3).</summary>
    public void Retransmit()
    {
        while (messenger.Pending.TryGetDue(context.Now.Elapsed, out PendingMessage? message))
        {
            if (--message.RetryCount > 0)
            {
                messenger.Pending.Restart(message, context.Now.Elapsed);
                if (context.HasNetwork)
                {
                    message.Datagram.CopyTo(context.Output.Room);
                    messenger.Transmit(message.Destination, message.Datagram.Length);
                }

                continue;
            }

            messenger.Pending.Remove(message);
            _reassembly.Remove(message.MessageId);
            GiveUp(message);
            messenger.Pending.Recycle(message);
        }
    }

    private void GiveUp(PendingMessage message)
    {
        switch (message.Kind)
        {
            case PendingKind.Solicit:
                context.Tell(new PnrpNews.SynchronizeEnded(
                    message.Destination, IsAnswered: false, context.Now.Elapsed - message.Sent));
                break;
            case PendingKind.Greeting:
                messenger.Askers.EndGreeting(message.Destination);
                break;
            case PendingKind.Flood:
            case PendingKind.Liveness:
                routes.Forget(message.Id);
                break;
            case PendingKind.Lookup:
                resolving.OnLookupTimedOut((ResolveState)message.Owner!, message);
                break;
            case PendingKind.Proof:
                resolving.OnProofTimedOut((ResolveState)message.Owner!);
                break;
            case PendingKind.Route:
                routes.OnRouteRefused((PendingRoute)message.Owner!);
                break;
        }
    }
}

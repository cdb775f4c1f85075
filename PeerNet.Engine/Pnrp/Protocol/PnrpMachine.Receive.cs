using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Receiving, and what goes out with it: MS-PNRP 3.1.5.2.</summary>
internal sealed partial class PnrpMachine
{
    private const int LastReservedPort = 1024;

    /// <summary>A datagram has arrived.</summary>
    public void Receive(Moment now, PnrpEndpoint source, ReadOnlySpan<byte> datagram)
    {
        Enter(now);
        _datagramsIn++;
        var reader = new WireReader(datagram);
        switch (PnrpHeader.TryRead(ref reader, _suite, out PnrpHeader header))
        {
            case PnrpHeaderStatus.Malformed:
                Drop(PnrpDropReason.Malformed);
                return;
            case PnrpHeaderStatus.OtherSuite:
                Drop(PnrpDropReason.OtherSuite);
                return;
        }

        if (source.Port <= LastReservedPort)
        {
            Drop(PnrpDropReason.SourcePort);
            return;
        }

        bool isFarewell = State == PeerCloudState.Disabled
            && header.Type is PnrpMessageType.Ack or PnrpMessageType.Inquire;
        if (!HasNetwork || !(IsOpen || isFarewell))
        {
            Drop(PnrpDropReason.Closed);
            return;
        }

        if (!Dispatch(source, header, ref reader))
        {
            Drop(PnrpDropReason.Malformed);
        }

        TellLeft();
    }

    /// <returns>False where the message is malformed.</returns>
    private bool Dispatch(PnrpEndpoint source, PnrpHeader header, ref WireReader reader)
    {
        bool isSound = true;
        switch (header.Type)
        {
            case PnrpMessageType.Solicit:
                if (isSound = SolicitMessage.TryRead(ref reader, _suite, out SolicitMessage solicit))
                {
                    HandleSolicit(source, header.MessageId, solicit);
                }

                break;
            case PnrpMessageType.Advertise:
                if (isSound = AdvertiseMessage.TryRead(ref reader, _suite, out AdvertiseMessage advertise))
                {
                    HandleAdvertise(source, advertise);
                }

                break;
            case PnrpMessageType.Request:
                if (isSound = RequestMessage.TryRead(ref reader, _suite, out RequestMessage request))
                {
                    HandleRequest(source, header.MessageId, request);
                }

                break;
            case PnrpMessageType.Flood:
                if (isSound = FloodMessage.TryRead(ref reader, _suite, out FloodMessage flood))
                {
                    HandleFlood(source, header.MessageId, flood);
                }

                break;
            case PnrpMessageType.Inquire:
                if (isSound = InquireMessage.TryRead(ref reader, _suite, out InquireMessage inquire))
                {
                    HandleInquire(source, header.MessageId, inquire);
                }

                break;
            case PnrpMessageType.Authority:
                if (isSound = AuthorityMessage.TryRead(ref reader, _suite, out AuthorityMessage authority))
                {
                    HandleAuthority(source, header.MessageId, authority);
                }

                break;
            case PnrpMessageType.Ack:
                if (isSound = AckMessage.TryRead(ref reader, _suite, out AckMessage ack))
                {
                    HandleAck(source, ack);
                }

                break;
            case PnrpMessageType.Lookup:
                if (isSound = LookupMessage.TryRead(ref reader, _suite, out LookupMessage lookup))
                {
                    HandleLookup(source, header.MessageId, lookup);
                }

                break;
            default:
                Drop(PnrpDropReason.UnknownType);
                break;
        }

        return isSound;
    }

    /// <summary>Whether this node answers as a publisher (MS-PNRP 1.3.3.3); if not, the question is dropped.</summary>
    private bool IsPublisher()
    {
        if (_mode == PeerCloudMode.ResolveOnly)
        {
            Drop(PnrpDropReason.ResolveOnly);
            return false;
        }

        return true;
    }

    /// <summary>Sends an answer, which nobody answers.</summary>
    private void Reply<TMessage>(PnrpEndpoint destination, scoped in TMessage message)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        Transmit(destination, PnrpDatagram.Write(_output.Room, _suite, NextMessageId(), message));
    }

    /// <summary>Takes what an answer needs from what its receiver may be sent, and greets who has asked much.</summary>
    /// <returns>False where it is not there, and silence is the answer.</returns>
    private bool TryAnswer(PnrpEndpoint source, int bytes)
    {
        bool mayAnswer = _askers.TryTake(source, bytes, _now.Elapsed);
        if (!mayAnswer)
        {
            Drop(PnrpDropReason.Budget);
        }

        Greet(source);
        return mayAnswer;
    }

    // A FLOOD is the one message that every node acknowledges, also one that only resolves (MS-PNRP 3.1.5.4).
    private void Greet(PnrpEndpoint source)
    {
        if (_pending.IsFull
            || !_askers.IsGreetingDue(source, _now.Elapsed)
            || (RandomOwnEntry() ?? _cache.Oldest()) is not { } entry)
        {
            return;
        }

        var greeting = new FloodMessage { RouteEntry = entry };
        if (_askers.TryTake(source, _options.RetryCount * (PnrpHeader.Length + greeting.WireLength), _now.Elapsed))
        {
            _askers.BeginGreeting(source);
            Ask(source, greeting, PendingKind.Greeting, owner: null, default);
        }
    }

    /// <summary>Sends a question and keeps it in the Pending List.</summary>
    /// <returns>False where the list is full, and nothing was sent.</returns>
    private bool Ask<TMessage>(
        PnrpEndpoint destination, scoped in TMessage message, PendingKind kind, object? owner, PnrpId id)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        if (_pending.IsFull)
        {
            Drop(PnrpDropReason.Limit);
            return false;
        }

        uint messageId = NextMessageId();
        Span<byte> datagram = _output.Room;
        int length = PnrpDatagram.Write(datagram, _suite, messageId, message);
        _pending.Add(messageId, destination, kind, owner, id, datagram[..length], _now.Elapsed);
        Transmit(destination, length);
        return true;
    }

    /// <summary>Sends what was written into the room for it.</summary>
    private void Transmit(PnrpEndpoint destination, int length)
    {
        _datagramsOut++;
        _output.Send(destination, length);
    }

    // MS-PNRP 2.2.1: unpredictable, so that nobody can answer what he has not seen.
    private uint NextMessageId()
    {
        uint id;
        do
        {
            id = _random.NextUInt32();
        }
        while (_pending.Contains(id));

        return id;
    }
}

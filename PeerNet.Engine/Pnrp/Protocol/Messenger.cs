using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What goes out: answers, questions that wait for theirs, and who may be sent how much (MS-PNRP 3.1.5.2).</summary>
/// <param name="context">What the parts share.</param>
internal sealed class Messenger(PnrpContext context)
{
    /// <summary>Questions that wait for their answers.</summary>
    public PendingList Pending { get; } = new();

    /// <summary>Who asks this node.</summary>
    public Askers Askers { get; } = new();

    /// <summary>Nothing that was asked will be answered any more.</summary>
    public void Clear()
    {
        Pending.Clear();
        Askers.EndGreetings();
    }

    /// <summary>Sends an answer, which nobody answers.</summary>
    public void Reply<TMessage>(PnrpEndpoint destination, scoped in TMessage message)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        Transmit(destination, PnrpDatagram.Write(context.Output.Room, context.Suite, NextMessageId(), message));
    }

    /// <summary>Takes what an answer needs from what its receiver may be sent, and greets who has asked much.</summary>
    /// <returns>False where it is not there, and silence is the answer.</returns>
    public bool TryAnswer(PnrpEndpoint source, int bytes)
    {
        bool mayAnswer = Askers.TryTake(source, bytes, context.Now.Elapsed);
        if (!mayAnswer)
        {
            context.Drop(PnrpDropReason.Budget);
        }

        Greet(source);
        return mayAnswer;
    }

    // A FLOOD is the one message that every node acknowledges, also one that only resolves (MS-PNRP 3.1.5.4).
    private void Greet(PnrpEndpoint source)
    {
        if (Pending.IsFull
            || !Askers.IsGreetingDue(source, context.Now.Elapsed)
            || (context.RandomOwnEntry() ?? context.Cache.Oldest()) is not { } entry)
        {
            return;
        }

        var greeting = new FloodMessage { RouteEntry = entry };
        if (Askers.TryTake(source, PnrpLimits.RetryCount * (PnrpHeader.Length + greeting.WireLength), context.Now.Elapsed))
        {
            Askers.BeginGreeting(source);
            Ask(source, greeting, PendingKind.Greeting, owner: null, default);
        }
    }

    /// <summary>Sends a question and keeps it in the Pending List.</summary>
    /// <returns>False where the list is full, and nothing was sent.</returns>
    public bool Ask<TMessage>(
        PnrpEndpoint destination, scoped in TMessage message, PendingKind kind, object? owner, PnrpId id)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        if (Pending.IsFull)
        {
            context.Drop(PnrpDropReason.Limit);
            return false;
        }

        uint messageId = NextMessageId();
        Span<byte> datagram = context.Output.Room;
        int length = PnrpDatagram.Write(datagram, context.Suite, messageId, message);
        Pending.Add(messageId, destination, kind, owner, id, datagram[..length], context.Now.Elapsed);
        Transmit(destination, length);
        return true;
    }

    /// <summary>Sends what was written into the room for it.</summary>
    public void Transmit(PnrpEndpoint destination, int length)
    {
        context.Counters.DatagramsOut++;
        context.Output.Send(destination, length);
    }

    // MS-PNRP 2.2.1: unpredictable, so that nobody can answer what he has not seen.
    public uint NextMessageId()
    {
        uint id;
        do
        {
            id = context.Random.NextUInt32();
        }
        while (Pending.Contains(id));

        return id;
    }
}

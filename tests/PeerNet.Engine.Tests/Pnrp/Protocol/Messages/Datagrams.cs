using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol.Messages;

/// <summary>Reads and writes datagrams of any type.</summary>
internal static class Datagrams
{
    /// <summary>Reads a datagram and writes what was read; null where it is not accepted.</summary>
    public static byte[]? Rewrite(byte[] datagram, SuiteAlgorithms suite)
    {
        var reader = new WireReader(datagram);
        if (PnrpHeader.TryRead(ref reader, suite, out PnrpHeader header) != PnrpHeaderStatus.Ok)
        {
            return null;
        }

        return header.Type switch
        {
            PnrpMessageType.Solicit => Rewrite<SolicitMessage>(ref reader, suite, header),
            PnrpMessageType.Advertise => Rewrite<AdvertiseMessage>(ref reader, suite, header),
            PnrpMessageType.Request => Rewrite<RequestMessage>(ref reader, suite, header),
            PnrpMessageType.Flood => Rewrite<FloodMessage>(ref reader, suite, header),
            PnrpMessageType.Inquire => Rewrite<InquireMessage>(ref reader, suite, header),
            PnrpMessageType.Authority => Rewrite<AuthorityMessage>(ref reader, suite, header),
            PnrpMessageType.Ack => Rewrite<AckMessage>(ref reader, suite, header),
            _ => Rewrite<LookupMessage>(ref reader, suite, header),
        };
    }

    /// <summary>Writes a message behind a header, into exactly the bytes that it says it needs.</summary>
    public static byte[] Write<TMessage>(uint messageId, SuiteAlgorithms suite, scoped in TMessage message)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        byte[] datagram = new byte[PnrpHeader.Length + message.WireLength];
        Assert.Equal(datagram.Length, PnrpDatagram.Write(datagram, suite, messageId, message));
        return datagram;
    }

    public static byte[] Write(scoped in AuthorityBuffer buffer, SuiteAlgorithms suite)
    {
        byte[] bytes = new byte[buffer.WireLength];
        var writer = new WireWriter(bytes);
        buffer.Write(ref writer, suite);
        Assert.Equal(bytes.Length, writer.Position);
        return bytes;
    }

    private static byte[]? Rewrite<TMessage>(scoped ref WireReader reader, SuiteAlgorithms suite, PnrpHeader header)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct =>
        TMessage.TryRead(ref reader, suite, out TMessage message) ? Write(header.MessageId, suite, message) : null;
}

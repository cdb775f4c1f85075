using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Whole datagrams: a header and its message.</summary>
internal static class PnrpDatagram
{
    /// <summary>
    /// The longest datagram that PeerNet sends: a full AUTHORITY fragment. It fits the smallest IPv6 MTU, so that no
    /// router has to fragment it.
    /// </summary>
    public const int MaximumLength = PnrpHeader.Length + AuthorityMessage.HeadLength + AuthorityMessage.FragmentLength;

    /// <summary>Writes a message behind its header.</summary>
    /// <returns>The datagram's length.</returns>
    public static int Write<TMessage>(
        Span<byte> datagram, SuiteAlgorithms suite, uint messageId, scoped in TMessage message)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        var writer = new WireWriter(datagram);
        new PnrpHeader(TMessage.MessageType, messageId).Write(ref writer, suite);
        message.Write(ref writer, suite);
        return writer.Position;
    }
}

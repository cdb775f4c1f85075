using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// What the messages of MS-PNRP 2.2.2 have in common. A message is a view: it borrows the spans it was read from, and
/// reading allocates nothing but a <see cref="RouteEntry"/>.
/// </summary>
/// <remarks>
/// A message fills its datagram. Fields stand in the specification's order, a length that disagrees with its content,
/// a value out of range, missing padding and bytes after the last field all make the datagram malformed; reserved bits
/// and the content of padding are ignored. The last field of a message has no padding after it.
/// </remarks>
internal interface IPnrpMessage<TSelf>
    where TSelf : IPnrpMessage<TSelf>, allows ref struct
{
    /// <summary>The type in the header.</summary>
    static abstract PnrpMessageType MessageType { get; }

    /// <summary>Reads what follows the header up to the end of the datagram.</summary>
    /// <param name="reader">Stands behind the header; its start is the datagram's, for padding.</param>
    /// <param name="suite">The node's suite.</param>
    /// <param name="message">The message.</param>
    /// <returns>False where the bytes are malformed; nothing throws.</returns>
    static abstract bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out TSelf message);

    /// <summary>Bytes that <see cref="Write"/> writes: the message without its header.</summary>
    int WireLength { get; }

    /// <summary>Writes what follows the header.</summary>
    void Write(ref WireWriter writer, SuiteAlgorithms suite);
}

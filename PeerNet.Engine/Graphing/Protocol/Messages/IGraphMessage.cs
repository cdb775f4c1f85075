using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>A message of MS-PPGRH 2.2.2.</summary>
internal interface IGraphMessage<TSelf>
    where TSelf : IGraphMessage<TSelf>, allows ref struct
{
    /// <summary>The type in the head.</summary>
    static abstract GraphMessageType MessageType { get; }

    /// <summary>Bytes of the fixed part, head included: the least that MS-PPGRH 3.1.5 takes.</summary>
    static abstract int FixedLength { get; }

    /// <summary>Reads a whole message.</summary>
    /// <param name="bytes">The message, head included. A message that is a view refers to them.</param>
    /// <param name="message">The message.</param>
    /// <returns>False where the bytes are malformed; nothing throws.</returns>
    static abstract bool TryRead(ReadOnlySpan<byte> bytes, out TSelf message);

    /// <summary>Bytes of the whole message.</summary>
    int WireLength { get; }

    /// <summary>Writes what follows the head. The writer's start is the message's.</summary>
    void Write(ref WireWriter writer);
}

using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>A message without its header.</summary>
internal interface IRetrievalMessage
{
    /// <summary>Its number.</summary>
    static abstract RetrievalMessageType MessageType { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    int BodyLength { get; }

    /// <summary>Writes the body behind a header.</summary>
    void Write(ref WireWriter writer);
}

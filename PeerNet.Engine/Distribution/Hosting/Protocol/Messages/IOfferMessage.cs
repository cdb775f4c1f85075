using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>A request without its header.</summary>
internal interface IOfferMessage
{
    /// <summary>Its number.</summary>
    static abstract OfferMessageType MessageType { get; }

    /// <summary>The version of the protocol that it belongs to.</summary>
    static abstract OfferVersion Version { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    int BodyLength { get; }

    /// <summary>Writes the body behind a header.</summary>
    void Write(ref WireWriter writer);
}

using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Asks which versions a server speaks (MS-PCCRR 2.2.4.1).</summary>
/// <param name="Versions">The versions of the asking peer.</param>
internal readonly record struct NegoReq(RetrievalVersionRange Versions) : IRetrievalMessage
{
    public static RetrievalMessageType MessageType => RetrievalMessageType.NegoReq;

    public int BodyLength => NegoResp.Length;

    public static bool TryRead(scoped ref WireReader reader, out NegoReq message)
    {
        bool isRead = NegoResp.TryRead(ref reader, out NegoResp same);
        message = new NegoReq(same.Versions);
        return isRead;
    }

    public void Write(ref WireWriter writer) => new NegoResp(Versions).Write(ref writer);
}

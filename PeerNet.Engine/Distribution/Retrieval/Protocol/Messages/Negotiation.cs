using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Says which versions a server speaks (MS-PCCRR 2.2.5.1).</summary>
/// <param name="Versions">The versions of the answering peer.</param>
internal readonly record struct NegoResp(RetrievalVersionRange Versions) : IRetrievalMessage
{
    /// <summary>Bytes of the body.</summary>
    public const int Length = 8;

    public static RetrievalMessageType MessageType => RetrievalMessageType.NegoResp;

    public int BodyLength => Length;

    public static bool TryRead(scoped ref WireReader reader, out NegoResp message)
    {
        message = default;
        if (!reader.TryReadUInt32(out uint minimum) || !reader.TryReadUInt32(out uint maximum) || reader.Remaining != 0)
        {
            return false;
        }

        message = new NegoResp(
            new RetrievalVersionRange(RetrievalVersion.FromWire(minimum), RetrievalVersion.FromWire(maximum)));
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Versions.Minimum.ToWire());
        writer.WriteUInt32(Versions.Maximum.ToWire());
    }
}

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

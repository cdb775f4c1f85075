using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>Names a segment of version 1 of which the client holds something (MS-PCHC 2.2.1.3). The id takes the rest of
/// the message.</summary>
/// <param name="SegmentId">The segment.</param>
internal readonly record struct InitialOffer(SegmentId SegmentId) : IOfferMessage
{
    public static OfferMessageType MessageType => OfferMessageType.InitialOffer;

    public static OfferVersion Version => OfferVersion.V1;

    public int BodyLength => SegmentId.Bytes.Length;

    public static bool TryRead(scoped ref WireReader reader, out InitialOffer message)
    {
        message = default;
        if (!reader.TryReadBytes(reader.Remaining, out ReadOnlySpan<byte> bytes)
            || !SegmentId.TryCreate(bytes, out SegmentId id))
        {
            return false;
        }

        message = new InitialOffer(id);
        return true;
    }

    public void Write(ref WireWriter writer) => writer.WriteBytes(SegmentId.Bytes);
}

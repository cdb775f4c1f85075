using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>Describes one segment of version 1 (MS-PCHC 2.2.1.4).</summary>
/// <param name="Tag">What the client's application calls its content.</param>
/// <param name="Information">The bytes of content information. They may be anything: a message whose header is sound is
/// answered like any other, and then nothing is fetched.</param>
internal readonly record struct SegmentInfo(ContentTag Tag, ReadOnlyMemory<byte> Information) : IOfferMessage
{
    public static OfferMessageType MessageType => OfferMessageType.SegmentInfo;

    public static OfferVersion Version => OfferVersion.V1;

    public int BodyLength => ContentTag.Length + Information.Length;

    public static bool TryRead(scoped ref WireReader reader, out SegmentInfo message)
    {
        message = default;
        if (!ContentTag.TryRead(ref reader, out ContentTag tag)
            || !reader.TryReadBytes(reader.Remaining, out ReadOnlySpan<byte> information))
        {
            return false;
        }

        message = new SegmentInfo(tag, information.ToArray());
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        Tag.Write(ref writer);
        writer.WriteBytes(Information.Span);
    }

    /// <summary>Reads the one segment that the information must have.</summary>
    public bool TryReadSegment([NotNullWhen(true)] out PeerContentSegment? segment) =>
        V1InformationReader.TryReadOffer(Information.Span, out segment);
}

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

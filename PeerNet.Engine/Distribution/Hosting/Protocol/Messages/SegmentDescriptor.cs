using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>One segment of a BATCHED_OFFER (MS-PCHC 2.2.1.5).</summary>
/// <param name="BlockSize">Bytes of its blocks.</param>
/// <param name="SegmentSize">Bytes of it.</param>
/// <param name="Tag">What the client's application calls its content.</param>
/// <param name="Hash">How the id was made; may be unknown.</param>
/// <param name="SegmentId">The segment: 32 bytes.</param>
internal readonly record struct SegmentDescriptor(
    uint BlockSize, uint SegmentSize, ContentTag Tag, OfferHash Hash, SegmentId SegmentId)
{
    /// <summary>Bytes of a descriptor.</summary>
    public const int Length = (2 * sizeof(uint)) + sizeof(ushort) + ContentTag.Length + 1 + IdLength;

    /// <summary>Bytes of the ids that can be offered so.</summary>
    public const int IdLength = 32;

    public static bool TryRead(scoped ref WireReader reader, out SegmentDescriptor descriptor)
    {
        descriptor = default;
        if (!reader.TryReadUInt32(out uint blockSize)
            || !reader.TryReadUInt32(out uint segmentSize)
            || !reader.TryReadUInt16(out ushort tagLength)
            || tagLength != ContentTag.Length
            || !ContentTag.TryRead(ref reader, out ContentTag tag)
            || !reader.TryReadByte(out byte hash)
            || !reader.TryReadBytes(IdLength, out ReadOnlySpan<byte> bytes)
            || !SegmentId.TryCreate(bytes, out SegmentId id))
        {
            return false;
        }

        descriptor = new SegmentDescriptor(blockSize, segmentSize, tag, (OfferHash)hash, id);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(BlockSize);
        writer.WriteUInt32(SegmentSize);
        writer.WriteUInt16(ContentTag.Length);
        Tag.Write(ref writer);
        writer.WriteByte((byte)Hash);
        writer.WriteBytes(SegmentId.Bytes);
    }
}

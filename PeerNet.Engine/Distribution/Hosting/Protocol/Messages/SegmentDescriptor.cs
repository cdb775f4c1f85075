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

/// <summary>How the id of an offered segment was made (MS-PCHC 2.2.1.5, HashAlgorithm). Both make ids of 32 bytes.</summary>
internal enum OfferHash : byte
{
    /// <summary>SHA-256: a segment of version 1.</summary>
    Sha256 = 1,

    /// <summary>The first half of SHA-512: a segment of version 2.</summary>
    TruncatedSha512 = 4,
}

/// <summary>16 opaque bytes by which applications tell their content apart (MS-PCHC 3.2.1). Here a tag is a GUID, whose
/// bytes are in the order that Windows keeps them in.</summary>
/// <param name="Value">The tag.</param>
internal readonly record struct ContentTag(Guid Value)
{
    /// <summary>Bytes of a tag.</summary>
    public const int Length = 16;

    /// <summary>What is offered without a tag of its own: <c>PeerNet</c> in ASCII, padded with zeros, as Windows'
    /// applications name themselves (note 8).</summary>
    public static readonly ContentTag PeerNet = new(new Guid("PeerNet\0\0\0\0\0\0\0\0\0"u8));

    /// <summary>The tag to offer content with.</summary>
    public static ContentTag Of(Guid tag) => tag == Guid.Empty ? PeerNet : new ContentTag(tag);

    /// <summary>The tag to keep content with: empty for none of its own.</summary>
    public Guid ToCacheTag() => this == PeerNet ? Guid.Empty : Value;

    public static bool TryRead(scoped ref WireReader reader, out ContentTag tag)
    {
        bool isRead = reader.TryReadBytes(Length, out ReadOnlySpan<byte> bytes);
        tag = isRead ? new ContentTag(new Guid(bytes)) : default;
        return isRead;
    }

    public void Write(ref WireWriter writer) => Value.TryWriteBytes(writer.Take(Length));
}

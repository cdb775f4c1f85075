using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

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

using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>The header of every message (MS-PCCRR 2.2.3).</summary>
/// <param name="Version">The version that the type of the message fixes.</param>
/// <param name="Type">The message that follows; may be unknown.</param>
/// <param name="Size">Bytes of the message, this header included.</param>
/// <param name="Cipher">In an answer, what the block is under; in a request a wish that servers may ignore. May be unknown.</param>
internal readonly record struct RetrievalHeader(
    RetrievalVersion Version, RetrievalMessageType Type, uint Size, BlockCipher Cipher)
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 16;

    /// <summary>Whether the cipher is one of those that there are.</summary>
    public bool HasKnownCipher => Cipher is BlockCipher.None or BlockCipher.Aes128 or BlockCipher.Aes192 or BlockCipher.Aes256;

    public static bool TryRead(scoped ref WireReader reader, out RetrievalHeader header)
    {
        header = default;
        if (!reader.TryReadUInt32(out uint version)
            || !reader.TryReadUInt32(out uint type)
            || !reader.TryReadUInt32(out uint size)
            || !reader.TryReadUInt32(out uint cipher))
        {
            return false;
        }

        header = new RetrievalHeader(
            RetrievalVersion.FromWire(version), (RetrievalMessageType)type, size, unchecked((BlockCipher)cipher));
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Version.ToWire());
        writer.WriteUInt32((uint)Type);
        writer.WriteUInt32(Size);
        writer.WriteUInt32((uint)Cipher);
    }
}

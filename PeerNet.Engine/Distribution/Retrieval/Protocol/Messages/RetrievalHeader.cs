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

/// <summary>The messages of the Retrieval Protocol, by their numbers on the wire (MS-PCCRR 2.2.3, MsgType).</summary>
internal enum RetrievalMessageType : uint
{
    /// <summary>Asks which versions a server speaks.</summary>
    NegoReq = 0,

    /// <summary>Says which versions a server speaks; also the answer to a request of any other version.</summary>
    NegoResp = 1,

    /// <summary>Asks which of some blocks of a segment a server has.</summary>
    GetBlkList = 2,

    /// <summary>Asks for one block.</summary>
    GetBlks = 3,

    /// <summary>Answers <see cref="GetBlkList"/>.</summary>
    BlkList = 4,

    /// <summary>Answers <see cref="GetBlks"/>; the table of 2.2.3 wrongly says GETBLKLIST.</summary>
    Blk = 5,

    /// <summary>Asks a hosted cache which of some segments it has.</summary>
    GetSegList = 6,

    /// <summary>Answers <see cref="GetSegList"/>.</summary>
    SegList = 7,
}

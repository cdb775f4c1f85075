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

/// <summary>A version of the protocol (MS-PCCRR 2.2.3). On the wire the minor number is in the high word.</summary>
/// <param name="Major">Decides whether two peers understand each other.</param>
/// <param name="Minor">Changes nothing about that (3.1.5.1).</param>
internal readonly record struct RetrievalVersion(ushort Major, ushort Minor)
{
    /// <summary>The version of all messages but those about segment lists.</summary>
    public static readonly RetrievalVersion V1 = new(1, 0);

    /// <summary>The version of GETSEGLIST and SEGLIST.</summary>
    public static readonly RetrievalVersion V2 = new(2, 0);

    public static RetrievalVersion FromWire(uint value) => new((ushort)value, (ushort)(value >> 16));

    public uint ToWire() => ((uint)Minor << 16) | Major;

    public override string ToString() => $"{Major}.{Minor}";
}

/// <summary>The versions that a peer speaks, both ends included.</summary>
/// <param name="Minimum">The lowest.</param>
/// <param name="Maximum">The highest.</param>
internal readonly record struct RetrievalVersionRange(RetrievalVersion Minimum, RetrievalVersion Maximum)
{
    /// <summary>Everything that is specified.</summary>
    public static readonly RetrievalVersionRange All = new(RetrievalVersion.V1, RetrievalVersion.V2);

    /// <summary>Version 1.0 alone.</summary>
    public static readonly RetrievalVersionRange First = new(RetrievalVersion.V1, RetrievalVersion.V1);

    /// <summary>Only major numbers count (MS-PCCRR 3.1.5.1).</summary>
    public bool Contains(RetrievalVersion version) => version.Major >= Minimum.Major && version.Major <= Maximum.Major;

    /// <summary>The highest major number of both ranges; null where there is none, and the peers are incompatible
    /// (MS-PCCRR 3.1.5.1).</summary>
    public ushort? GetHighestCommonMajor(RetrievalVersionRange other)
    {
        ushort highest = Math.Min(Maximum.Major, other.Maximum.Major);
        return highest >= Math.Max(Minimum.Major, other.Minimum.Major) ? highest : null;
    }
}

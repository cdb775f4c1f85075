using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>A block, encrypted as the header says (MS-PCCRR 2.2.5.3). The verification data that nobody uses is skipped, and written empty.</summary>
internal readonly ref struct Blk : IRetrievalMessage
{
    /// <summary>Bytes of an initialization vector of AES-CBC.</summary>
    public const int VectorLength = 16;

    public static RetrievalMessageType MessageType => RetrievalMessageType.Blk;

    /// <summary>The segment's id: 32, 48 or 64 bytes.</summary>
    public required ReadOnlySpan<byte> SegmentId { get; init; }

    /// <summary>Which block it is.</summary>
    public uint BlockIndex { get; init; }

    /// <summary>The first block held behind it; 0 for none.</summary>
    public uint NextBlockIndex { get; init; }

    /// <summary>Its bytes; none where the server does not have it, or is busy.</summary>
    public ReadOnlySpan<byte> Block { get; init; }

    /// <summary>What it was encrypted with.</summary>
    public ReadOnlySpan<byte> InitializationVector { get; init; }

    public int BodyLength => GetBodyLength(SegmentId.Length, Block.Length, InitializationVector.Length);

    public static int GetBodyLength(int idLength, int blockLength, int vectorLength) =>
        RetrievalFields.GetSizedLength(idLength)
        + (2 * sizeof(uint))
        + RetrievalFields.GetSizedLength(blockLength)
        + RetrievalFields.GetSizedLength(0)
        + sizeof(uint) + vectorLength;

    public static bool TryRead(scoped ref WireReader reader, out Blk message)
    {
        message = default;
        if (!reader.TryReadSegmentId(out ReadOnlySpan<byte> id)
            || !reader.TryReadUInt32(out uint index)
            || !reader.TryReadUInt32(out uint next)
            || !reader.TryReadSized(out ReadOnlySpan<byte> block)
            || !reader.TryReadSized(out _)
            || !reader.TryReadUInt32(out uint vectorSize)
            || vectorSize != (uint)reader.Remaining
            || !reader.TryReadBytes((int)vectorSize, out ReadOnlySpan<byte> vector))
        {
            return false;
        }

        message = new Blk
        {
            SegmentId = id,
            BlockIndex = index,
            NextBlockIndex = next,
            Block = block,
            InitializationVector = vector,
        };
        return true;
    }

    public void Write(ref WireWriter writer) => Block.CopyTo(WriteAround(ref writer, Block.Length));

    /// <summary>Writes everything but the block, so that it can be encrypted straight into its place.</summary>
    /// <returns>The place.</returns>
    public Span<byte> WriteAround(ref WireWriter writer, int blockLength)
    {
        writer.WriteSized(SegmentId);
        writer.WriteUInt32(BlockIndex);
        writer.WriteUInt32(NextBlockIndex);
        writer.WriteUInt32((uint)blockLength);
        Span<byte> place = writer.Take(blockLength);
        writer.Align(RetrievalFrame.Alignment);
        writer.WriteSized([]);
        writer.WriteUInt32((uint)InitializationVector.Length);
        writer.WriteBytes(InitializationVector);
        return place;
    }
}

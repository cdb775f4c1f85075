using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Says which blocks a server has, of those asked for (MS-PCCRR 2.2.5.2).</summary>
internal readonly ref struct BlkList : IRetrievalMessage
{
    public static RetrievalMessageType MessageType => RetrievalMessageType.BlkList;

    /// <summary>The segment's id: 32, 48 or 64 bytes.</summary>
    public required ReadOnlySpan<byte> SegmentId { get; init; }

    /// <summary>The blocks.</summary>
    public BlockSet Blocks { get; init; }

    /// <summary>The first block held behind the last of <see cref="Blocks"/>; 0 for none.</summary>
    public uint NextBlockIndex { get; init; }

    public int BodyLength =>
        RetrievalFields.GetSizedLength(SegmentId.Length) + RetrievalFields.GetBlocksLength(Blocks) + sizeof(uint);

    public static bool TryRead(scoped ref WireReader reader, out BlkList message)
    {
        message = default;
        if (!reader.TryReadSegmentId(out ReadOnlySpan<byte> id)
            || !reader.TryReadBlocks(out BlockSet blocks)
            || !reader.TryReadUInt32(out uint next)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new BlkList { SegmentId = id, Blocks = blocks, NextBlockIndex = next };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteSized(SegmentId);
        writer.WriteBlocks(Blocks);
        writer.WriteUInt32(NextBlockIndex);
    }
}

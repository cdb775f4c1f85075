using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>The fields that several messages share.</summary>
internal static class RetrievalFields
{
    private const int RangeLength = 8;

    /// <summary>512 blocks have no more ranges that neither touch nor overlap (MS-PCCRR 2.2.4.2).</summary>
    private const int MaximumRanges = 256;

    /// <summary>Rounds up to the alignment of fields.</summary>
    public static int Align(int length) =>
        (length + RetrievalFrame.Alignment - 1) & ~(RetrievalFrame.Alignment - 1);

    /// <summary>Bytes of a field with its size in front and padding behind.</summary>
    public static int GetSizedLength(int length) => sizeof(uint) + Align(length);

    /// <summary>Reads a size, the bytes it counts and the padding behind them.</summary>
    public static bool TryReadSized(this scoped ref WireReader reader, out ReadOnlySpan<byte> value)
    {
        value = default;
        return reader.TryReadUInt32(out uint size)
            && size <= RetrievalFrame.MaximumResponse
            && reader.TryReadBytes((int)size, out value)
            && reader.TryAlign(RetrievalFrame.Alignment);
    }

    public static void WriteSized(this ref WireWriter writer, scoped ReadOnlySpan<byte> value)
    {
        writer.WriteUInt32((uint)value.Length);
        writer.WriteBytes(value);
        writer.Align(RetrievalFrame.Alignment);
    }

    /// <summary>Reads the bytes of a segment id without copying them.</summary>
    public static bool TryReadSegmentId(this scoped ref WireReader reader, out ReadOnlySpan<byte> id) =>
        reader.TryReadSized(out id) && SegmentId.IsLength(id.Length);

    public static bool TryReadSegmentId(this scoped ref WireReader reader, out SegmentId id)
    {
        id = default;
        return reader.TryReadSized(out ReadOnlySpan<byte> bytes) && SegmentId.TryCreate(bytes, out id);
    }

    /// <summary>Reads a BLOCK_RANGE_ARRAY in any order, with overlaps; a range that counts nothing names no block.</summary>
    public static bool TryReadBlocks(this scoped ref WireReader reader, out BlockSet blocks)
    {
        blocks = default;
        if (!reader.TryReadUInt32(out uint count) || count > MaximumRanges)
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt32(out uint index)
                || !reader.TryReadUInt32(out uint length)
                || index >= BlockSet.Capacity
                || length > BlockSet.Capacity - index)
            {
                return false;
            }

            blocks = blocks.Union(BlockSet.Range((int)index, (int)length));
        }

        return true;
    }

    /// <summary>Bytes of a BLOCK_RANGE_ARRAY with its count.</summary>
    public static int GetBlocksLength(BlockSet blocks)
    {
        int count = 0;
        for (int start = 0; TryGetRange(blocks, ref start, out int end); start = end)
        {
            count++;
        }

        return sizeof(uint) + (count * RangeLength);
    }

    /// <summary>Writes ranges that are sorted and neither touch nor overlap, as Windows does (note 4).</summary>
    public static void WriteBlocks(this ref WireWriter writer, BlockSet blocks)
    {
        writer.WriteUInt32((uint)((GetBlocksLength(blocks) - sizeof(uint)) / RangeLength));
        for (int start = 0; TryGetRange(blocks, ref start, out int end); start = end)
        {
            writer.WriteUInt32((uint)start);
            writer.WriteUInt32((uint)(end - start));
        }
    }

    private static bool TryGetRange(BlockSet blocks, ref int start, out int end)
    {
        start = blocks.NextFrom(start);
        end = start;
        if (start < 0)
        {
            return false;
        }

        while (blocks.Contains(end))
        {
            end++;
        }

        return true;
    }
}

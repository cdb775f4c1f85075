using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Says which segments a hosted cache has, wholly or in part (MS-PCCRR 2.2.5.4).</summary>
internal sealed record SegList : IRetrievalMessage
{
    public static RetrievalMessageType MessageType => RetrievalMessageType.SegList;

    /// <summary>The number of the request.</summary>
    public required Bits128 RequestId { get; init; }

    /// <summary>The segments, as indexes into those of the request.</summary>
    public required IReadOnlyList<SegmentRange> Ranges { get; init; }

    /// <summary>The blob, whose indexes count from the first segment of the first range; null for none, or for one that
    /// is invalid and therefore discarded (2.2.6).</summary>
    public SegmentAges? Ages { get; init; }

    public int BodyLength =>
        16 + sizeof(uint) + (Ranges.Count * SegmentRange.WireLength) + sizeof(uint) + (Ages?.WireLength ?? 0);

    public static bool TryRead(scoped ref WireReader reader, out SegList? message)
    {
        message = null;
        if (!reader.TryReadBits128(out Bits128 requestId)
            || !TryReadRanges(ref reader, out SegmentRange[] ranges)
            || !SegmentAges.TryReadField(ref reader, out SegmentAges? ages)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new SegList { RequestId = requestId, Ranges = ranges, Ages = ages };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteBits128(RequestId);
        writer.WriteUInt32((uint)Ranges.Count);
        foreach (SegmentRange range in Ranges)
        {
            writer.WriteUInt32(range.Index);
            writer.WriteUInt32(range.Count);
        }

        SegmentAges.WriteField(ref writer, Ages);
    }

    private static bool TryReadRanges(scoped ref WireReader reader, out SegmentRange[] ranges)
    {
        ranges = [];
        if (!reader.TryReadUInt32(out uint count) || count > (uint)(reader.Remaining / SegmentRange.WireLength))
        {
            return false;
        }

        ranges = new SegmentRange[count];
        for (int i = 0; i < ranges.Length; i++)
        {
            if (!reader.TryReadUInt32(out uint index) || !reader.TryReadUInt32(out uint length) || length == 0)
            {
                return false;
            }

            ranges[i] = new SegmentRange(index, length);
        }

        return true;
    }
}

/// <summary>Segments that follow each other in the request that is answered (MS-PCCRR 2.2.1.2).</summary>
/// <param name="Index">The first.</param>
/// <param name="Count">How many: at least one.</param>
internal readonly record struct SegmentRange(uint Index, uint Count)
{
    /// <summary>Bytes on the wire.</summary>
    public const int WireLength = 8;
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Asks a hosted cache which of some segments it has (MS-PCCRR 2.2.4.4).</summary>
internal sealed record GetSegList : IRetrievalMessage
{
    private const int ShortestId = sizeof(uint) + 32;

    public static RetrievalMessageType MessageType => RetrievalMessageType.GetSegList;

    /// <summary>The asking peer's number for this request.</summary>
    public required Bits128 RequestId { get; init; }

    /// <summary>The segments: at least one.</summary>
    public required IReadOnlyList<SegmentId> SegmentIds { get; init; }

    /// <summary>The blob, whose indexes count from the first of <see cref="SegmentIds"/>; null for none, or for one that
    /// is invalid and therefore discarded (2.2.6).</summary>
    public SegmentAges? Ages { get; init; }

    public int BodyLength =>
        16 + sizeof(uint) + GetIdsLength(SegmentIds) + sizeof(uint) + (Ages?.WireLength ?? 0);

    /// <summary>Bytes that ids take in the message, each with its size and padding.</summary>
    public static int GetIdsLength(IEnumerable<SegmentId> ids) =>
        ids.Sum(id => RetrievalFields.GetSizedLength(id.Bytes.Length));

    public static bool TryRead(scoped ref WireReader reader, out GetSegList? message)
    {
        message = null;
        if (!reader.TryReadBits128(out Bits128 requestId)
            || !TryReadIds(ref reader, out SegmentId[] ids)
            || !SegmentAges.TryReadField(ref reader, out SegmentAges? ages)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new GetSegList { RequestId = requestId, SegmentIds = ids, Ages = ages };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteBits128(RequestId);
        writer.WriteUInt32((uint)SegmentIds.Count);
        foreach (SegmentId id in SegmentIds)
        {
            writer.WriteSized(id.Bytes);
        }

        SegmentAges.WriteField(ref writer, Ages);
    }

    private static bool TryReadIds(scoped ref WireReader reader, out SegmentId[] ids)
    {
        ids = [];
        if (!reader.TryReadUInt32(out uint count) || count == 0 || count > (uint)(reader.Remaining / ShortestId))
        {
            return false;
        }

        ids = new SegmentId[count];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!reader.TryReadSegmentId(out ids[i]))
            {
                return false;
            }
        }

        return true;
    }
}

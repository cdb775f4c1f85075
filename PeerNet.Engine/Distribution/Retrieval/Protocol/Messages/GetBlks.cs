using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Asks for a block (MS-PCCRR 2.2.4.3). The verification data that nobody uses is skipped, and written empty.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Requested">One block; of several only the first is sent (3.2.5.3).</param>
internal readonly record struct GetBlks(SegmentId SegmentId, BlockSet Requested) : IRetrievalMessage
{
    public static RetrievalMessageType MessageType => RetrievalMessageType.GetBlks;

    public int BodyLength =>
        RetrievalFields.GetSizedLength(SegmentId.Bytes.Length) + RetrievalFields.GetBlocksLength(Requested) + sizeof(uint);

    public static bool TryRead(scoped ref WireReader reader, out GetBlks message)
    {
        message = default;
        if (!reader.TryReadSegmentId(out SegmentId id)
            || !reader.TryReadBlocks(out BlockSet requested)
            || !reader.TryReadUInt32(out uint sizeOfDataForVrfBlock)
            || sizeOfDataForVrfBlock != (uint)reader.Remaining)
        {
            return false;
        }

        message = new GetBlks(id, requested);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteSized(SegmentId.Bytes);
        writer.WriteBlocks(Requested);
        writer.WriteUInt32(0);
    }
}

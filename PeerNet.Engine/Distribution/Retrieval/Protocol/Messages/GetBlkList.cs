using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Asks which of some blocks a server has (MS-PCCRR 2.2.4.2).</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Needed">The blocks of interest; none gets an answer of none.</param>
internal readonly record struct GetBlkList(SegmentId SegmentId, BlockSet Needed) : IRetrievalMessage
{
    public static RetrievalMessageType MessageType => RetrievalMessageType.GetBlkList;

    public int BodyLength =>
        RetrievalFields.GetSizedLength(SegmentId.Bytes.Length) + RetrievalFields.GetBlocksLength(Needed);

    public static bool TryRead(scoped ref WireReader reader, out GetBlkList message)
    {
        message = default;
        if (!reader.TryReadSegmentId(out SegmentId id)
            || !reader.TryReadBlocks(out BlockSet needed)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new GetBlkList(id, needed);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteSized(SegmentId.Bytes);
        writer.WriteBlocks(Needed);
    }
}

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Segments that follow each other in the request that is answered (MS-PCCRR 2.2.1.2).</summary>
/// <param name="Index">The first.</param>
/// <param name="Count">How many: at least one.</param>
internal readonly record struct SegmentRange(uint Index, uint Count)
{
    /// <summary>Bytes on the wire.</summary>
    public const int WireLength = 8;
}

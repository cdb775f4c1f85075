using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>What this node holds of a segment.</summary>
/// <param name="Id">The segment.</param>
/// <param name="Blocks">The blocks that can be read.</param>
/// <param name="BlockCount">How many blocks the segment has.</param>
/// <param name="Version">The version of the information it came by.</param>
/// <param name="Age">How long the oldest of them has been here.</param>
internal sealed record SegmentHolding(
    SegmentId Id, BlockSet Blocks, int BlockCount, PeerContentVersion Version, TimeSpan Age)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Blocks.Count == BlockCount;
}

using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>What the retrieval server and discovery answer from: the caches of this node.</summary>
internal interface ISegmentSource
{
    /// <summary>What is held of a segment; null for nothing. Answers from memory: strangers may ask a million times.</summary>
    SegmentHolding? Find(SegmentId id);

    /// <summary>Reads a block; null where it is not held or no longer what it was. The caller disposes of it.</summary>
    ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken);
}

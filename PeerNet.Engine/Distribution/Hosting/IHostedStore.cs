using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>The block cache of a hosted cache (MS-PCHC 3.1.1).</summary>
internal interface IHostedStore : ISegmentSource, ISegmentCache, ISealedStore
{
    /// <summary>What content information says of a segment that is held as plaintext, where the segment's HoD proves it; null
    /// for others. Its length is certain only once the last block is held.</summary>
    PeerContentSegment? Describe(SegmentId id);

    /// <summary>The blocks of a segment that are held as plaintext, and are what a description of it says.</summary>
    BlockSet FindHeld(PeerContentSegment segment);
}

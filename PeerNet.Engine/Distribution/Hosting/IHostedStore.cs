using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>The block cache of a hosted cache (MS-PCHC 3.1.1).</summary>
internal interface IHostedStore : ISegmentSource, ISegmentCache, ISealedStore
{
    /// <summary>What content information says of a segment that is held as plaintext, as far as it is known; null for
    /// others.</summary>
    PeerContentSegment? Describe(SegmentId id);
}

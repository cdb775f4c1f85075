namespace PeerNet.Engine.Distribution.Download;

/// <summary>A segment of which a download brought something new into the cache; worth an offer to a hosted cache.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="NewBlocks">Blocks that came from neither the cache nor a hosted cache, and are in the cache now.</param>
internal sealed record DownloadedSegment(PeerContentSegment Segment, int NewBlocks);

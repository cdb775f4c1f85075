namespace PeerNet.Engine.Distribution.Download;

/// <summary>What a download brought.</summary>
/// <param name="Receipt">For the caller.</param>
/// <param name="NewSegments">What is new in the cache.</param>
internal sealed record DownloadResult(PeerContentReceipt Receipt, IReadOnlyList<DownloadedSegment> NewSegments);

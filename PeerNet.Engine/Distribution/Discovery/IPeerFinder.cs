namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>The client role of MS-PCCRD.</summary>
internal interface IPeerFinder
{
    /// <summary>Somebody has answered a search that has ended: a busy peer takes its time. Raised on any thread.</summary>
    event Action<FoundPeer>? FoundLate;

    /// <summary>Probes all links for holders of segments, and ends when the request timer does (200 to 500 ms).
    /// Answers are delivered as they come; there may be none.</summary>
    IAsyncEnumerable<FoundPeer> FindAsync(
        IReadOnlyList<SegmentId> ids, PeerContentVersion version, CancellationToken cancellationToken);
}

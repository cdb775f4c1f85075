using System.Net;

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

/// <summary>A peer's answer to a probe: what it says it holds. Only a hint.</summary>
/// <param name="Endpoint">Where it serves retrieval; on the link that the probe went to.</param>
/// <param name="Segments">The ids it holds something of, among those asked for.</param>
internal sealed record FoundPeer(IPEndPoint Endpoint, IReadOnlyList<SegmentId> Segments);

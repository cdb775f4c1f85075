using System.Net;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>A peer's answer to a probe: what it says it holds. Only a hint.</summary>
/// <param name="Endpoint">Where it serves retrieval; on the link that the probe went to.</param>
/// <param name="Segments">The ids it holds something of, among those asked for.</param>
internal sealed record FoundPeer(IPEndPoint Endpoint, IReadOnlyList<SegmentId> Segments);

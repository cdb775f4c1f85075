namespace PeerNet.PowerShell;

/// <summary>The result of one probe of Test-PeerEndpoint.</summary>
/// <param name="Target">What was probed.</param>
/// <param name="Stage">How far the probe got: <c>Lookup</c> of a host name, <c>Resolve</c> of a peer name, or <c>Reach</c>.</param>
/// <param name="Reachable">Whether the target answered.</param>
/// <param name="RoundTripTime">How long the answer took, or null where none came.</param>
/// <param name="Detail">What happened, in a sentence.</param>
public sealed record PeerEndpointTest(string Target, string Stage, bool Reachable, TimeSpan? RoundTripTime, string Detail);

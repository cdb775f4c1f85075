namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>One node that a resolve asked.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="Id">The id it was known by; zero for a seed.</param>
/// <param name="RoundTrip">How long its answer took; null where none came.</param>
internal readonly record struct ResolveHop(PnrpEndpoint Endpoint, PnrpId Id, TimeSpan? RoundTrip);

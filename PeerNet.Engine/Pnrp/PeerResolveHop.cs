using System.Net;

namespace PeerNet.Engine.Pnrp;

/// <summary>One node that a resolve asked.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="PnrpId">The id it was known by.</param>
/// <param name="RoundTripTime">How long its answer took; null where none came.</param>
public sealed record PeerResolveHop(IPEndPoint Endpoint, PnrpId PnrpId, TimeSpan? RoundTripTime)
{
    /// <summary>Where it was asked.</summary>
    public override string ToString() => Endpoint.ToString();
}

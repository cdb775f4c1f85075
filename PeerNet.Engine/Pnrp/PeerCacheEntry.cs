using System.Net;

namespace PeerNet.Engine.Pnrp;

/// <summary>One entry of a route cache.</summary>
/// <param name="PnrpId">The registration it leads to.</param>
/// <param name="Endpoints">Where its node listens.</param>
/// <param name="Level">The cache level: 0 spans the whole circle, each next one a smaller part around an own id.</param>
/// <param name="IsLeaf">Whether it is in the leaf set of an own name.</param>
public sealed record PeerCacheEntry(PnrpId PnrpId, IPEndPoint[] Endpoints, int Level, bool IsLeaf)
{
    /// <summary>The id that it leads to.</summary>
    public override string ToString() => PnrpId.ToString();
}

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>One block to fetch from one client.</summary>
/// <param name="Job">The offer that it is part of.</param>
/// <param name="Block">The block.</param>
internal sealed record FetchRequest(FetchJob Job, int Block)
{
    public FetchOffer Offer => Job.Offer;
}

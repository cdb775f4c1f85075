namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>What the machine wants done.</summary>
internal abstract record FetchEffect
{
    /// <summary>Fetch a block, and tell how that ended.</summary>
    internal sealed record Fetch(FetchRequest Request) : FetchEffect;

    /// <summary>Nothing is fetched any more.</summary>
    internal sealed record Stopped : FetchEffect;
}

/// <summary>One block to fetch from one client.</summary>
/// <param name="Job">The offer that it is part of.</param>
/// <param name="Block">The block.</param>
internal sealed record FetchRequest(FetchJob Job, int Block)
{
    public FetchOffer Offer => Job.Offer;
}

/// <summary>How the fetching of one block ended.</summary>
internal enum FetchOutcome
{
    /// <summary>It is in the cache.</summary>
    Stored,

    /// <summary>It came, and the cache did not take it.</summary>
    NotStored,

    /// <summary>The client does not have it, or is busy.</summary>
    Missing,

    /// <summary>What came is not the block.</summary>
    Corrupt,

    /// <summary>No connection, no answer in time, or an answer that is no message.</summary>
    Failed,
}

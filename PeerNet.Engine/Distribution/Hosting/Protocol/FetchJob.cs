using System.Net;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>An offer that was accepted, until all was asked for or it is given up.</summary>
internal sealed class FetchJob(FetchOffer offer, FetchClient client, FetchTarget target, TimeSpan accepted)
{
    public FetchOffer Offer => offer;

    public FetchClient Client => client;

    public FetchTarget Target => target;

    /// <summary>When it was accepted.</summary>
    public TimeSpan Accepted => accepted;

    /// <summary>Its place among all, in the order they were accepted.</summary>
    public LinkedListNode<FetchJob>? Place { get; set; }

    /// <summary>The blocks still to be asked for.</summary>
    public BlockSet Remaining { get; set; }

    /// <summary>Requests under way.</summary>
    public int InFlight { get; set; }

    /// <summary>Blocks that came.</summary>
    public int Stored { get; set; }

    /// <summary>Requests that failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Whether it failed for a reason that is not the client's.</summary>
    public bool IsExcused { get; set; }

    /// <summary>Whether nothing more is done for it.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Takes the next block to ask for.</summary>
    public int TakeBlock()
    {
        BlockSet remaining = Remaining;
        int index = remaining.NextFrom(0);
        remaining.Remove(index);
        Remaining = remaining;
        return index;
    }
}

/// <summary>A segment that is being fetched: from one client at a time, whoever else offers it.</summary>
internal sealed class FetchTarget(SegmentId id)
{
    public SegmentId Id => id;

    /// <summary>The offer that is followed.</summary>
    public FetchJob? Active { get; private set; }

    /// <summary>Offers to follow where that one does not bring everything.</summary>
    public List<FetchJob> Alternates { get; } = [];

    /// <summary>The blocks that have come, and are what the offer that is followed says.</summary>
    public BlockSet Stored { get; private set; }

    /// <summary>Whether an address has an offer of it here.</summary>
    public bool IsOfferedBy(IPAddress address) =>
        IsFrom(Active, address) || Alternates.Exists(job => IsFrom(job, address));

    private static bool IsFrom(FetchJob? job, IPAddress address) => job?.Offer.Client.Address.Equals(address) is true;

    /// <summary>Follows an offer from now on. What others have brought by another description may have been made up.</summary>
    public void Follow(FetchJob job)
    {
        Stored = Stored.Where(block => job.Offer.IsMetBy(Active!.Offer, block));
        Active = job;
    }

    public void MarkStored(int index)
    {
        BlockSet stored = Stored;
        stored.Add(index);
        Stored = stored;
    }
}

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

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

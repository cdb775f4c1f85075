using System.Net;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

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

using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>A segment that is being fetched: from one client at a time, whoever else offers it.</summary>
internal sealed class FetchTarget(SegmentId id)
{
    public SegmentId Id => id;

    /// <summary>The offer that is followed.</summary>
    public FetchJob? Active { get; set; }

    /// <summary>Offers to follow where that one does not bring everything.</summary>
    public List<FetchJob> Alternates { get; } = [];

    /// <summary>The blocks that have come.</summary>
    public BlockSet Stored { get; private set; }

    /// <summary>Whether a client has an offer of it here.</summary>
    public bool IsOfferedBy(FetchClient client) =>
        Active?.Client == client || Alternates.Exists(job => job.Client == client);

    public void MarkStored(int index)
    {
        BlockSet stored = Stored;
        stored.Add(index);
        Stored = stored;
    }
}

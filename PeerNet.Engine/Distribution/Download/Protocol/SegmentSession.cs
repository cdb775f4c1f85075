using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// A segment retrieval session (MS-CCROD 2.8.2): the blocks that are wanted of a segment, and who is asked for them. A
/// block is idle, or downloading while one of <see cref="Requests"/> is for it, or downloaded.
/// </summary>
internal sealed class SegmentSession
{
    public SegmentSession(int index, PeerContentSegment segment, BlockSet wanted)
    {
        Index = index;
        Segment = segment;
        Wanted = wanted;
        Idle = wanted;

        // MS-CCROD 4.1, note 14: less than four blocks, in a single range.
        int count = wanted.Count;
        IsSimple = count <= DownloadLimits.SimpleDownloadBlocks
            && wanted.Equals(BlockSet.Range(Math.Max(0, wanted.NextFrom(0)), count));
    }

    /// <summary>The segment's place in the download.</summary>
    public int Index { get; }

    public PeerContentSegment Segment { get; }

    /// <summary>The blocks that are wanted.</summary>
    public BlockSet Wanted { get; }

    /// <summary>Whether blocks are asked for without GETBLKLIST.</summary>
    public bool IsSimple { get; }

    /// <summary>The blocks that nobody is asked for.</summary>
    public BlockSet Idle { get; set; }

    /// <summary>The blocks that have come.</summary>
    public BlockSet Downloaded { get; set; }

    /// <summary>The servers, removed ones included: they do not come back.</summary>
    public List<ServerEntry> Servers { get; } = [];

    /// <summary>The requests for blocks and block lists that are in flight.</summary>
    public List<DownloadRequest> Requests { get; } = [];

    /// <summary>Whether only hosted caches are asked as yet.</summary>
    public bool IsHostedStage { get; set; }

    /// <summary>Probes and segment lists that the session waits for.</summary>
    public int Questions { get; set; }

    /// <summary>Whether it waits for its turn to be probed for.</summary>
    public bool AwaitsProbe { get; set; }

    /// <summary>Whether it has been probed for.</summary>
    public bool IsProbed { get; set; }

    /// <summary>When the Upload Timer was last started.</summary>
    public TimeSpan Started { get; set; }

    /// <summary>Whether all is there.</summary>
    public bool IsWhole => Downloaded.Equals(Wanted);

    /// <summary>When one of its servers last delivered, or the Upload Timer was started.</summary>
    public TimeSpan LastSign
    {
        get
        {
            TimeSpan last = Started;
            foreach (ServerEntry entry in Servers)
            {
                last = entry.Server.LastReceived > last && !entry.IsRemoved ? entry.Server.LastReceived : last;
            }

            return last;
        }
    }

    /// <summary>Whether all is there, or the session was given up.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether a server may still bring a block, or say which ones it has.</summary>
    public bool HasHope(TimeSpan now)
    {
        foreach (ServerEntry entry in Servers)
        {
            if (!entry.IsRemoved && entry.Server.IsUsable(now) && (entry.NeedsList(this) || entry.NextBlock(this) >= 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Has a server take part. One that was removed does not come back, unless it was only a guess and says now that
    /// it has the segment.</summary>
    /// <returns>Whether anything was gained.</returns>
    public bool AddServer(DownloadServer server, bool isGuess)
    {
        ServerEntry? known = Find(server);
        if (known is not null && (!known.IsRemoved || !known.IsGuess || isGuess))
        {
            return false;
        }

        if (known is not null)
        {
            Servers.Remove(known);
        }

        Servers.Add(new(server, isGuess));
        server.HasNoWork = false;
        return true;
    }

    public ServerEntry? Find(DownloadServer server)
    {
        foreach (ServerEntry entry in Servers)
        {
            if (entry.Server == server)
            {
                return entry;
            }
        }

        return null;
    }

    public void MarkIdle(int block)
    {
        BlockSet idle = Idle;
        idle.Add(block);
        Idle = idle;
    }

    public void MarkDownloading(int block)
    {
        BlockSet idle = Idle;
        idle.Remove(block);
        Idle = idle;
    }

    public void MarkDownloaded(int block)
    {
        MarkDownloading(block);
        BlockSet downloaded = Downloaded;
        downloaded.Add(block);
        Downloaded = downloaded;
    }
}

/// <summary>A server of one segment (MS-CCROD 2.8.2).</summary>
internal sealed class ServerEntry(DownloadServer server, bool isGuess)
{
    /// <summary>The server.</summary>
    public DownloadServer Server => server;

    /// <summary>Whether it never said that it has the segment, but has others of the content.</summary>
    public bool IsGuess => isGuess;

    /// <summary>The blocks it has; null while that is unknown.</summary>
    public BlockSet? Available { get; set; }

    /// <summary>How often it failed to say which blocks it has.</summary>
    public int ListFailures { get; set; }

    /// <summary>Whether it is being asked which blocks it has.</summary>
    public bool IsListing { get; set; }

    /// <summary>Whether it is of no more use for this segment.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>The first idle block that it may be asked for, or -1.</summary>
    public int NextBlock(SegmentSession session) => Available is { } available
        ? session.Idle.Intersect(available).NextFrom(0)
        : session.IsSimple ? session.Idle.NextFrom(0) : -1;

    /// <summary>Whether it has a block, or has not said which it has.</summary>
    public bool MayHave(int block) => Available?.Contains(block) ?? true;

    /// <summary>Whether it has to say which blocks it has before it is asked for one.</summary>
    public bool NeedsList(SegmentSession session) => Available is null && !session.IsSimple && !IsListing;
}

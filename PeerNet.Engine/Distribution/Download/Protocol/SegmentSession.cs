using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// A segment retrieval session (MS-CCROD 2.8.2): the blocks that are wanted of a segment, and who is asked for them. A
/// block is idle, or downloading while one of <see cref="Requests"/> is for it, or downloaded.
/// </summary>
internal sealed class SegmentSession
{
    public SegmentSession(int index, PeerContentSegment segment, BlockSet wanted, DownloadOptions options)
    {
        Index = index;
        Segment = segment;
        Wanted = wanted;
        Idle = wanted;

        // MS-CCROD 4.1, note 14: less than four blocks, in a single range.
        int count = wanted.Count;
        IsSimple = count <= options.SimpleDownloadBlocks
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

    /// <summary>Whether all is there, or the session was given up.</summary>
    public bool IsEnded { get; set; }

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

    /// <summary>Whether a block has been asked for and not come.</summary>
    public bool IsDownloading(int block) => Wanted.Contains(block) && !Idle.Contains(block) && !Downloaded.Contains(block);

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

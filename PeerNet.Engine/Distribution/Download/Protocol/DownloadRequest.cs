namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Something that the scheduler wants asked, and is told the end of.</summary>
internal sealed class DownloadRequest
{
    /// <summary>For which download.</summary>
    public required DownloadSchedule Download { get; init; }

    public required DownloadRequestKind Kind { get; init; }

    /// <summary>Who is asked; null for a probe.</summary>
    public DownloadServer? Server { get; init; }

    /// <summary>The segments asked about: one for blocks and block lists.</summary>
    public required IReadOnlyList<SegmentSession> Sessions { get; init; }

    /// <summary>The block.</summary>
    public int Block { get; init; }

    /// <summary>When it began.</summary>
    public TimeSpan Started { get; init; }

    /// <summary>Whether the scheduler counts on it no more: it has ended, its time is over, or the block came from another
    /// server.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether an idle server may be asked for the block as well.</summary>
    public bool IsSlow { get; set; }

    /// <summary>The segments that somebody says to have: for probes.</summary>
    public HashSet<SegmentId> Found { get; } = [];

    /// <summary>The segment of a request for a block or a block list.</summary>
    public SegmentSession Session => Sessions[0];

    /// <summary>Whether it is for a block or a block list, of which so many may be in flight.</summary>
    public bool IsExchange => Kind is DownloadRequestKind.Block or DownloadRequestKind.BlockList;

    /// <summary>The ids asked about.</summary>
    public SegmentId[] GetIds() => [.. Sessions.Select(session => session.Segment.Id)];

    /// <summary>Whether another request is for the same block.</summary>
    public bool IsTwinOf(DownloadRequest other) =>
        other != this && other.Kind == DownloadRequestKind.Block && Kind == DownloadRequestKind.Block && other.Block == Block;
}

/// <summary>What a scheduler wants asked.</summary>
internal enum DownloadRequestKind
{
    /// <summary>A probe for the holders of segments (MS-PCCRD).</summary>
    Probe,

    /// <summary>GETSEGLIST, of a hosted cache.</summary>
    SegmentList,

    /// <summary>GETBLKLIST.</summary>
    BlockList,

    /// <summary>GETBLKS.</summary>
    Block,
}

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Something that the scheduler wants done, and is told the end of.</summary>
internal sealed class DownloadRequest
{
    public required DownloadRequestKind Kind { get; init; }

    /// <summary>Who is asked; null for a probe.</summary>
    public DownloadServer? Server { get; init; }

    /// <summary>The segments asked about: one for blocks and block lists.</summary>
    public required IReadOnlyList<SegmentSession> Sessions { get; init; }

    /// <summary>The block.</summary>
    public int Block { get; init; }

    /// <summary>When it began.</summary>
    public TimeSpan Started { get; init; }

    /// <summary>Whether the scheduler counts on it no more: its time is over, or the block came from another server.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether it brought the block.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>The segments that somebody says to have: for probes.</summary>
    public HashSet<SegmentId> Found { get; } = [];

    /// <summary>The segment of a request for a block or a block list.</summary>
    public SegmentSession Session => Sessions[0];

    /// <summary>The ids asked about.</summary>
    public SegmentId[] GetIds() => [.. Sessions.Select(session => session.Segment.Id)];
}

using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

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

    /// <summary>Whether it has to say which blocks it has before it is asked for one.</summary>
    public bool NeedsList(SegmentSession session) => Available is null && !session.IsSimple && !IsListing;
}

namespace PeerNet.Engine.Distribution.Download;

/// <summary>How downloads behave (MS-CCROD 2.8, with what Windows does from its section 4.1).</summary>
internal sealed record DownloadOptions
{
    /// <summary>Peers that a download uses at once, and servers that a server list holds: 1 to 16,384 (note 13).</summary>
    public int MaximumPeers { get; init; } = 16;

    /// <summary>Requests for blocks and block lists in flight at once, over all segments and peers; as many blocks are
    /// in memory at most. The specification sets no bound.</summary>
    public int MaximumRequests { get; init; } = 64;

    /// <summary>Requests in flight at one peer. The specification has one for each segment; the segments are
    /// concurrent, so that a peer sees several there too. A peer begins with two and earns the rest by prompt answers. Twice
    /// as many as there are connections to it: one that is free sends the next request at once, and not when the block it
    /// brought has been checked and written.</summary>
    public int RequestsPerPeer { get; init; } = 16;

    /// <summary>Blocks of a segment, in one run, up to which they are asked for without GETBLKLIST (note 14).</summary>
    public int SimpleDownloadBlocks { get; init; } = 3;

    /// <summary>How often a server may fail to answer GETBLKLIST before it is removed: 1 to 100 (note 16).</summary>
    public int BlockListAttempts { get; init; } = 3;

    /// <summary>How many requests in a row may fail at a server before it is left alone for
    /// <see cref="ServerEntryTime"/>, twice as long each time.</summary>
    public int FailuresInRow { get; init; } = 3;

    /// <summary>The Request Timer: 1 ms to 1 minute (note 15).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The Upload Timer of a segment retrieval session (note 10). It runs while none of the session's servers
    /// delivers anything: a slow network is no failure.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The Server List Timer: how long it is known that nobody has a segment.</summary>
    public TimeSpan ServerListTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The Server Entry Timer: how long a server is known to have a segment. Windows: 1 minute.</summary>
    public TimeSpan ServerEntryTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Server lists that are kept, the least recently used goes first. The specification has no number.</summary>
    public int MaximumServerLists { get; init; } = 1024;

    /// <summary>The threshold of the Discovery Frequency Counter, for which the specification has no number: so many
    /// probes may find nobody within <see cref="DiscoveryPeriod"/>.</summary>
    public int DiscoveryThreshold { get; init; } = 5;

    /// <summary>What the Discovery Frequency Counter looks back over.</summary>
    public TimeSpan DiscoveryPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Segments that one probe asks for.</summary>
    public int SegmentsPerProbe { get; init; } = 48;

    /// <summary>Segments that one GETSEGLIST asks for.</summary>
    public int SegmentsPerList { get; init; } = 128;

    /// <summary>Sessions that are open at once, at least.</summary>
    public int MinimumSessions { get; init; } = 8;

    /// <summary>Sessions that are open at once, at most.</summary>
    public int MaximumSessions { get; init; } = 256;

    /// <summary>Segments in a row that a peer may lack before it is only asked for those it says it has.</summary>
    public int GuessesInRow { get; init; } = 8;

    /// <summary>How long a busy peer is left alone at first; twice as long each time, up to
    /// <see cref="RequestTimeout"/>.</summary>
    public TimeSpan BusyDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a block may be on its way before an idle peer is asked for it as well.</summary>
    public TimeSpan SecondRequestDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Bytes that are asked of the source at once.</summary>
    public int SourceRead { get; init; } = 4 * 1024 * 1024;

    /// <summary>Reads from the source at once.</summary>
    public int SourceReads { get; init; } = 2;

    /// <summary>How often a read from the source is tried where the network fails.</summary>
    public int SourceAttempts { get; init; } = 3;

    /// <summary>The wait before the second try; twice as long before each further one.</summary>
    public TimeSpan SourceDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The round trip to a source below which what came from it is not kept for peers; zero keeps all.</summary>
    public TimeSpan MinimumLatency { get; init; }

    /// <summary>Blocks that wait for the cache at most; then the download waits.</summary>
    public int CacheQueue { get; init; } = 64;

    /// <summary>How often the progress of a partial file is written down.</summary>
    public TimeSpan StateInterval { get; init; } = TimeSpan.FromSeconds(2);
}

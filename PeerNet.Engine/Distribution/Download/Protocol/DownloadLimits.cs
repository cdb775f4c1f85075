namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Limits and timers of downloads (MS-CCROD 2.8, with what Windows does from its section 4.1).</summary>
internal static class DownloadLimits
{
    /// <summary>Peers that a download uses at once, and servers that a server list holds (note 13).</summary>
    public const int Peers = 16;

    /// <summary>Requests for blocks and block lists in flight at once, over all segments and peers; as many blocks are
    /// in memory at most. The specification sets no bound.</summary>
    public const int Requests = 64;

    /// <summary>Requests in flight at one peer. The specification has one for each segment; the segments are
    /// concurrent, so that a peer sees several there too. A peer begins with two and earns the rest by prompt answers. Twice
    /// as many as there are connections to it: one that is free sends the next request at once, and not when the block it
    /// brought has been checked and written.</summary>
    public const int RequestsPerPeer = 16;

    /// <summary>Blocks of a segment, in one run, up to which they are asked for without GETBLKLIST (note 14).</summary>
    public const int SimpleDownloadBlocks = 3;

    /// <summary>How often a server may fail to answer GETBLKLIST before it is removed (note 16).</summary>
    public const int BlockListAttempts = 3;

    /// <summary>How many requests in a row may fail at a server before it is left alone for
    /// <see cref="ServerEntryTime"/>, twice as long each time.</summary>
    public const int FailuresInRow = 3;

    /// <summary>Server lists that are kept, the least recently used goes first. The specification has no number.</summary>
    public const int ServerLists = 1024;

    /// <summary>The threshold of the Discovery Frequency Counter, for which the specification has no number: so many
    /// probes may find nobody within <see cref="DiscoveryPeriod"/>.</summary>
    public const int DiscoveryThreshold = 5;

    /// <summary>Segments that one probe asks for.</summary>
    public const int SegmentsPerProbe = 48;

    /// <summary>Segments that one GETSEGLIST asks for.</summary>
    public const int SegmentsPerList = 128;

    /// <summary>Sessions that are open at once, at least.</summary>
    public const int MinimumSessions = 8;

    /// <summary>Sessions that are open at once, at most.</summary>
    public const int MaximumSessions = 256;

    /// <summary>Segments in a row that a peer may lack before it is only asked for those it says it has.</summary>
    public const int GuessesInRow = 8;

    /// <summary>Bytes that are asked of the source at once.</summary>
    public const int SourceRead = 4 * 1024 * 1024;

    /// <summary>Content up to that length is taken from its source where it has one, before peers are looked for: the search takes
    /// longer than the content does. Windows caches nothing that is shorter.</summary>
    public const int SourceFirstLength = 64 * 1024;

    /// <summary>Reads from the source at once.</summary>
    public const int SourceReads = 2;

    /// <summary>How often a read from the source is tried where the network fails.</summary>
    public const int SourceAttempts = 3;

    /// <summary>The Request Timer (note 15).</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The Upload Timer of a segment retrieval session (note 10). It runs while none of the session's servers
    /// delivers anything: a slow network is no failure.</summary>
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The Server List Timer: how long it is known that nobody has a segment.</summary>
    public static readonly TimeSpan ServerListTime = TimeSpan.FromSeconds(15);

    /// <summary>The Server Entry Timer: how long a server is known to have a segment. Windows: 1 minute.</summary>
    public static readonly TimeSpan ServerEntryTime = TimeSpan.FromSeconds(15);

    /// <summary>What the Discovery Frequency Counter looks back over.</summary>
    public static readonly TimeSpan DiscoveryPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How long a busy peer is left alone at first; twice as long each time, up to
    /// <see cref="RequestTimeout"/>.</summary>
    public static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a block may be on its way before an idle peer is asked for it as well.</summary>
    public static readonly TimeSpan SecondRequestDelay = TimeSpan.FromMilliseconds(300);

    /// <summary>The wait before the second try of the source; twice as long before each further one.</summary>
    public static readonly TimeSpan SourceDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the progress of a partial file is written down.</summary>
    public static readonly TimeSpan StateInterval = TimeSpan.FromSeconds(2);
}

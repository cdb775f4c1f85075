namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>The numbers of discovery: those that have a section are MS-PCCRD's, the others PeerNet's own.</summary>
internal sealed record DiscoveryLimits
{
    /// <summary>How long after the request timer answers are still of use: nobody waits for them, but who answers is there.
    /// </summary>
    public static readonly TimeSpan LateAnswers = TimeSpan.FromSeconds(5);

    /// <summary>The longest back-off before an answer, APP_MAX_DELAY (MS-PCCRD 3.2.2).</summary>
    public static readonly TimeSpan MaximumBackoff = TimeSpan.FromMilliseconds(65);

    /// <summary>How long common segments are remembered.</summary>
    public static readonly TimeSpan SegmentLifetime = TimeSpan.FromHours(1);

    /// <summary>From how many replies on a segment is common enough to stay silent: n of MS-PCCRD note 8.</summary>
    public const int SuppressionReplies = 10;

    /// <summary>Most probes of a search at once.</summary>
    public const int ProbesPerSearch = 16;

    /// <summary>Searches whose probes wait for answers; another one has its turn later.</summary>
    public const int Searches = 8;

    /// <summary>Answers to one probe that are heard from one address.</summary>
    public const int RepliesPerSource = 16;

    /// <summary>Common segments that are remembered.</summary>
    public const int RememberedSegments = 4096;

    /// <summary>The request timer: how long a probe waits for answers (MS-PCCRD 3.1.2, note 7).</summary>
    public TimeSpan RequestTimer { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often a probe is sent again, as datagrams get lost (SOAP-over-UDP 3).</summary>
    public int ProbeRepeats { get; init; } = 1;

    /// <summary>Answers to one probe that are heard.</summary>
    public int Replies { get; init; } = 256;

    /// <summary>Messages a second that are read, from everybody together.</summary>
    public int MessagesPerSecond { get; init; } = 1000;

    /// <summary>Messages at once after a quiet time.</summary>
    public int MessageBurst { get; init; } = 2000;

    /// <summary>Answers a second to everybody together. A client of content of version 2.0 may ask for each segment of
    /// 64 KiB, and for each twice: 100 Mbit/s are 300 probes a second.</summary>
    public int AnswersPerSecond { get; init; } = 400;

    /// <summary>Answers at once after a quiet time.</summary>
    public int AnswerBurst { get; init; } = 800;

    /// <summary>Answers that wait for their back-off.</summary>
    public int WaitingAnswers { get; init; } = 256;

    /// <summary>Addresses whose messages are counted.</summary>
    public int Sources { get; init; } = 1024;
}

/// <summary>What discovery counts; most of it is why a message, or one match of an answer, was dropped.</summary>
internal enum DiscoveryCounter
{
    /// <summary>Messages received.</summary>
    MessagesIn,

    /// <summary>Messages sent; one for each link it went to.</summary>
    MessagesOut,

    /// <summary>Probes asked, however many links they went to.</summary>
    Probes,

    /// <summary>Answers of peers that were of use.</summary>
    PeersFound,

    /// <summary>Probes of others that were answered.</summary>
    Answers,

    /// <summary>The bytes are no message of WS-Discovery, or one of PeerDist that breaks its rules.</summary>
    DroppedMalformed,

    /// <summary>A message of another application: the group is not PeerDist's alone.</summary>
    DroppedForeign,

    /// <summary>The sender, or every address that it names, is not on the link (MS-PCCRD 3.1.4.1).</summary>
    DroppedOffLink,

    /// <summary>An answer to no probe of ours, or about nothing that we asked for.</summary>
    DroppedNotAsked,

    /// <summary>A probe whose answer is about to be sent, or a second answer of one peer.</summary>
    DroppedDuplicate,

    /// <summary>Our own probe, heard on another interface.</summary>
    DroppedOwn,

    /// <summary>The source port of a probe belongs to the system's services: whoever it reaches has not asked.</summary>
    DroppedSourcePort,

    /// <summary>A probe while this node serves nothing.</summary>
    DroppedNotServing,

    /// <summary>A probe for nothing that is here (MS-PCCRD 3.2.4.1).</summary>
    DroppedNotHeld,

    /// <summary>A probe that enough others answer (MS-PCCRD note 8).</summary>
    DroppedSuppressed,

    /// <summary>Too many messages, answers or replies.</summary>
    DroppedLimit,
}

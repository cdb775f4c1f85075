namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>How a client offers segments to hosted caches: the numbers that have a section are MS-PCHC's.</summary>
internal sealed record OfferLimits
{
    /// <summary>How much of a segment must be new to be worth an offer, in percent of its blocks (note 9).</summary>
    public const int MinimumNewPercent = 20;

    /// <summary>Ticks that a request lives through: it dies at the next one (3.2.2).</summary>
    public const int LifetimeTicks = 2;

    /// <summary>How often the request timer counts up (3.2.2).</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long a hosted cache is left alone that did not answer; twice as long each time, up to
    /// <see cref="LongestRest"/>.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>How long a hosted cache is left alone at most.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);

    /// <summary>How long the offers that wait may take when the node stops.</summary>
    public static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);

    /// <summary>Segments that wait: 16 GiB of content in version 2. Further ones are not offered.</summary>
    public int Queue { get; init; } = 262_144;

    /// <summary>Requests without an answer, at most.</summary>
    public int Outstanding { get; init; } = 4;

    /// <summary>The time from one offer to the next. 128 segments of version 2 are 8 MiB: a cache that fetches more
    /// slowly than they come would not remember all of them.</summary>
    public TimeSpan OfferInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a segment is offered where a hosted cache does not answer.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>How long a segment waits for a hosted cache that takes offers.</summary>
    public TimeSpan QueueTime { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>What a client of hosted caches counts.</summary>
internal enum OfferClientCounter
{
    /// <summary>Segments that are, or were, to be offered.</summary>
    Segments,

    /// <summary>Segments of which too little was new.</summary>
    TooLittleNew,

    /// <summary>Segments that the version of the protocol cannot name.</summary>
    WrongVersion,

    /// <summary>Segments that were not offered: too many waited, or for too long, or no hosted cache took them.</summary>
    Dropped,

    /// <summary>Requests sent.</summary>
    Requests,

    /// <summary>Segments that a hosted cache has taken note of.</summary>
    Taken,

    /// <summary>Offers that a hosted cache wanted to know more about.</summary>
    Interested,

    /// <summary>Requests that failed, or were answered as they cannot be.</summary>
    Failed,

    /// <summary>Requests without an answer in time.</summary>
    Expired,

    /// <summary>Answers that came when their requests had expired.</summary>
    Late,
}

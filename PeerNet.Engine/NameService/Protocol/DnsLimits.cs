namespace PeerNet.Engine.NameService.Protocol;

/// <summary>How long answers are good for, and how much anybody may ask.</summary>
internal static class DnsLimits
{
    /// <summary>Longest datagram that no network breaks into pieces: the IPv6 minimum less headers (DNS flag day 2020).</summary>
    public const ushort DatagramLength = 1232;

    /// <summary>Longest datagram for those who say nothing of their own (RFC 1035 2.3.4).</summary>
    public const int ShortDatagram = 512;

    /// <summary>How many times as long as its question a datagram may be, to those who have not shown that they receive.</summary>
    public const int Amplification = 3;

    /// <summary>How long a name that was found is good for, at most.</summary>
    public static readonly TimeSpan FoundTime = TimeSpan.FromSeconds(60);

    /// <summary>How long it is known that nobody has a name, or that a name has no record of a type.</summary>
    public static readonly TimeSpan AbsenceTime = TimeSpan.FromSeconds(5);

    /// <summary>How long nobody is asked again after a failure (RFC 9520 3.2: a second at least).</summary>
    public static readonly TimeSpan FailureTime = TimeSpan.FromSeconds(1);

    /// <summary>How long a question waits for a search. Resolvers give up after five seconds, and ask again: the search goes
    /// on meanwhile.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Names that are remembered.</summary>
    public const int MaximumNames = 4096;

    /// <summary>Questions that wait for searches.</summary>
    public const int MaximumWaiting = 1024;

    /// <summary>Questions that wait for one search: those of one name that come again and again.</summary>
    public const int MaximumWaitingEach = 64;

    /// <summary>Searches at the same time.</summary>
    public const int MaximumSearches = 128;

    /// <summary>Searches of one source at the same time.</summary>
    public const int MaximumSearchesEach = 64;

    /// <summary>Searches a second from all sources: each costs other nodes.</summary>
    public const int SearchesPerSecond = 50;

    /// <summary>Searches at once after a quiet time.</summary>
    public const int SearchBurst = 400;

    /// <summary>Sources that are kept account of.</summary>
    public const int MaximumSources = 1024;

    /// <summary>Addresses, ports and comments of one name that are told, each.</summary>
    public const int MaximumRecords = 16;
}

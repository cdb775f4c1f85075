namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>
/// What a hosted cache lets strangers make it do. MS-PCHC has no limits: anybody can send offers, and each one makes the
/// cache open connections and fill its disk.
/// </summary>
internal sealed record FetchLimits
{
    /// <summary>Further offers of one segment that are kept in case the first client does not deliver.</summary>
    public const int Alternates = 3;

    /// <summary>Requests of one offer that may fail in a row before it is given up.</summary>
    public const int FailuresPerOffer = 2;

    /// <summary>Offers in a row that may bring nothing before a client is refused for <see cref="RefusalTime"/>.</summary>
    public const int EmptyOffersInRow = 3;

    /// <summary>How long offers and bytes count against a client.</summary>
    public static readonly TimeSpan QuotaPeriod = TimeSpan.FromHours(1);

    /// <summary>How long a client is refused.</summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromMinutes(1);

    /// <summary>How long an offer may wait: its client may have left since.</summary>
    public static readonly TimeSpan PendingTime = TimeSpan.FromMinutes(10);

    /// <summary>Requests for blocks in flight at once, over all clients; as many blocks are in memory at most.</summary>
    public int Requests { get; init; } = 32;

    /// <summary>Requests in flight at one client, which serves 64 at once by default, and others besides this cache.</summary>
    public int RequestsPerClient { get; init; } = 8;

    /// <summary>Offers that wait, over all clients.</summary>
    public int Pending { get; init; } = 65_536;

    /// <summary>Bytes that waiting offers take in memory, about. Those of version 1 carry the hashes of their blocks.</summary>
    public long Weight { get; init; } = 64 * 1024 * 1024;

    /// <summary>Offers of one client that wait: 1 GiB of content in version 2.</summary>
    public int PendingPerClient { get; init; } = 16_384;

    /// <summary>Offers taken of one client within <see cref="QuotaPeriod"/>.</summary>
    public int OffersPerClient { get; init; } = 1_048_576;

    /// <summary>Bytes that the offers taken of one client within <see cref="QuotaPeriod"/> promise.</summary>
    public long BytesPerClient { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>Clients that are remembered. While all of them have offers waiting, strangers are not listened to.</summary>
    public int Clients { get; init; } = 1024;
}

/// <summary>What a hosted cache counts of fetching what it was offered.</summary>
internal enum FetchCounter
{
    /// <summary>Offers that are, or were, fetched.</summary>
    Accepted,

    /// <summary>Offers of what is held already.</summary>
    AlreadyHeld,

    /// <summary>Offers of what is being fetched from the same client, or from enough others.</summary>
    Duplicates,

    /// <summary>Offers to be fetched from a port where something else than a peer is likely.</summary>
    PortsRefused,

    /// <summary>Offers of clients of which the last ones brought nothing.</summary>
    ClientsRefused,

    /// <summary>Offers beyond what one client may make the cache fetch.</summary>
    QuotaReached,

    /// <summary>Offers beyond what may wait, or from more clients than are remembered.</summary>
    QueueFull,

    /// <summary>Offers of which all blocks that were wanted came.</summary>
    Completed,

    /// <summary>Offers that ended without all of their blocks.</summary>
    Incomplete,

    /// <summary>Offers that waited too long.</summary>
    Expired,

    /// <summary>Blocks fetched and cached.</summary>
    Blocks,

    /// <summary>Bytes of them.</summary>
    Bytes,

    /// <summary>Blocks that the client did not have.</summary>
    BlocksMissing,

    /// <summary>Blocks that were not what they had to be.</summary>
    BlocksCorrupt,

    /// <summary>Requests without an answer in time.</summary>
    RequestsFailed,

    /// <summary>Blocks that the cache did not take: its disk is full or broken.</summary>
    BlocksNotStored,
}

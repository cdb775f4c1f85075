namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>
/// What a hosted cache lets strangers make it do. MS-PCHC has no limits: anybody can send offers, and each one makes the
/// cache open connections and fill its disk.
/// </summary>
internal sealed record FetchOptions
{
    /// <summary>Requests for blocks in flight at once, over all clients; as many blocks are in memory at most.</summary>
    public int MaximumRequests { get; init; } = 32;

    /// <summary>Requests in flight at one client, which serves 64 at once by default, and others besides this cache.</summary>
    public int RequestsPerClient { get; init; } = 8;

    /// <summary>Offers that wait, over all clients.</summary>
    public int MaximumPending { get; init; } = 65_536;

    /// <summary>Bytes that waiting offers take in memory, about. Those of version 1 carry the hashes of their blocks.</summary>
    public long MaximumWeight { get; init; } = 64 * 1024 * 1024;

    /// <summary>Offers of one client that wait: 1 GiB of content in version 2.</summary>
    public int PendingPerClient { get; init; } = 16_384;

    /// <summary>Offers taken of one client within <see cref="QuotaPeriod"/>.</summary>
    public int OffersPerClient { get; init; } = 1_048_576;

    /// <summary>Bytes that the offers taken of one client within <see cref="QuotaPeriod"/> promise.</summary>
    public long BytesPerClient { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>How long offers and bytes count against a client.</summary>
    public TimeSpan QuotaPeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Clients that are remembered. While all of them have offers waiting, strangers are not listened to.</summary>
    public int MaximumClients { get; init; } = 1024;

    /// <summary>Further offers of one segment that are kept in case the first client does not deliver.</summary>
    public int MaximumAlternates { get; init; } = 3;

    /// <summary>Requests of one offer that may fail in a row before it is given up.</summary>
    public int FailuresPerOffer { get; init; } = 2;

    /// <summary>Offers in a row that may bring nothing before a client is refused for <see cref="RefusalTime"/>.</summary>
    public int EmptyOffersInRow { get; init; } = 3;

    /// <summary>How long a client is refused.</summary>
    public TimeSpan RefusalTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an offer may wait: its client may have left since.</summary>
    public TimeSpan PendingTime { get; init; } = TimeSpan.FromMinutes(10);
}

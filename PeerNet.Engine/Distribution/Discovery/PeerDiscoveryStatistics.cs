namespace PeerNet.Engine.Distribution;

/// <summary>Counters of the discovery of content on the local links (MS-PCCRD).</summary>
public sealed record PeerDiscoveryStatistics
{
    /// <summary>Messages received.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages sent; one for each link it went to.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Probes asked, however many links they went to.</summary>
    public long Probes { get; init; }

    /// <summary>Answers of peers that were of use.</summary>
    public long PeersFound { get; init; }

    /// <summary>Probes of others that were answered.</summary>
    public long Answers { get; init; }

    /// <summary>What was dropped, by reason: <c>Malformed</c>, <c>Foreign</c>, <c>OffLink</c>, <c>NotAsked</c>,
    /// <c>Duplicate</c>, <c>NotHeld</c>, <c>Suppressed</c>, <c>Limit</c> and so on.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();
}

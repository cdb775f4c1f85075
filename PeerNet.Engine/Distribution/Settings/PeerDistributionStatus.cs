namespace PeerNet.Engine.Distribution;

/// <summary>Distribution as it is now. A part is null where it was not asked for.</summary>
public sealed record PeerDistributionStatus
{
    /// <summary>Whether it works.</summary>
    public required PeerDistributionState Status { get; init; }

    /// <summary>Why it does not; null where it does.</summary>
    public string? Reason { get; init; }

    /// <summary>The mode.</summary>
    public required PeerDistributionMode Mode { get; init; }

    /// <summary>The versions of content information spoken here.</summary>
    public string VersionRange { get; init; } = "1.0-2.0";

    /// <summary>What concerns downloads.</summary>
    public PeerDistributionClient? Client { get; init; }

    /// <summary>What concerns publishing.</summary>
    public PeerDistributionContentServer? ContentServer { get; init; }

    /// <summary>What concerns hosted caches.</summary>
    public PeerDistributionHostedCache? HostedCache { get; init; }

    /// <summary>Ports and addresses, for whoever sets up the firewall.</summary>
    public PeerDistributionNetwork? Network { get; init; }

    /// <summary>Counters by name, such as <c>RetrievalRequests</c>.</summary>
    public IReadOnlyDictionary<string, long> Statistics { get; init; } = new Dictionary<string, long>();

    /// <summary>Mode and status.</summary>
    public override string ToString() => $"{Mode}, {Status}";
}

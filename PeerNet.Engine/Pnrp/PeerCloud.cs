using System.Net;

namespace PeerNet.Engine.Pnrp;

/// <summary>A cloud as it was when it was asked for.</summary>
public sealed record PeerCloud
{
    /// <summary>Its name: <c>Global_</c>, <c>SiteLocal_</c>, <c>LinkLocal_</c> with the interface, or <c>Loopback_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How far it reaches.</summary>
    public required PeerCloudScope Scope { get; init; }

    /// <summary>The zone (interface) id of a link-local cloud, else 0.</summary>
    public long ScopeId { get; init; }

    /// <summary>What it is doing.</summary>
    public required PeerCloudState State { get; init; }

    /// <summary>Whether this node publishes in it.</summary>
    public PeerCloudMode Mode { get; init; }

    /// <summary>Whether the name means something on this machine only.</summary>
    public bool IsLocalName { get; init; }

    /// <summary>The seeds that are configured.</summary>
    public string[] Seeds { get; init; } = [];

    /// <summary>The endpoints this node listens on in the cloud.</summary>
    public IPEndPoint[] Addresses { get; init; } = [];

    /// <summary>Estimated number of names in the cloud (MS-PNRP 3.2.6.2.1.1), or null while there is nothing to estimate from.</summary>
    public long? EstimatedSize { get; init; }

    /// <summary>Names registered by this node.</summary>
    public int RegisteredCount { get; init; }

    /// <summary>Entries in the route cache.</summary>
    public int CacheCount { get; init; }

    /// <summary>The route cache, where it was asked for.</summary>
    public PeerCacheEntry[] Cache { get; init; } = [];

    /// <summary>Counters since the cloud was opened.</summary>
    public PnrpStatistics Statistics { get; init; } = new();

    /// <summary>How many answers of other nodes in a row, up to the last one, do not fit this machine's clock: they have
    /// expired, or are valid for longer than the week that MS-PNRP 2.2.3.1 allows. Other than 0, a clock is wrong.</summary>
    public int ClockDoubts { get; init; }

    /// <summary>The cloud's name.</summary>
    public override string ToString() => Name;
}

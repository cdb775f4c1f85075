namespace PeerNet.PowerShell;

/// <summary>A node among those of many machines, as it was when it was asked.</summary>
public sealed record PeerFleetNode
{
    /// <summary>The machine: what its session calls it, or what it calls itself.</summary>
    public required string Machine { get; init; }

    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>What it is doing, as Get-PeerNode says it: Running, Stopped, and so on.</summary>
    public string State { get; init; } = "";

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => State == "Running";

    /// <summary>The version of the module there.</summary>
    public string Version { get; init; } = "";

    /// <summary>Its state folder; with the machine it says which node it is, whatever its name.</summary>
    public string StorePath { get; init; } = "";

    /// <summary>When it was asked, by its own clock.</summary>
    public DateTimeOffset Taken { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Its clouds that are open.</summary>
    public string[] Clouds { get; init; } = [];

    /// <summary>The names it has registered.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>Its graphs and groups that are open.</summary>
    public PeerFleetGraph[] Graphs { get; init; } = [];

    /// <summary>Bytes that its caches take; null where content distribution has not started.</summary>
    public long? CacheSize { get; init; }

    /// <summary>Bytes that its caches may take.</summary>
    public long? CacheMaxSize { get; init; }

    /// <summary>Bytes of downloads that its own cache had.</summary>
    public long BytesFromCache { get; init; }

    /// <summary>Bytes of downloads from peers.</summary>
    public long BytesFromPeers { get; init; }

    /// <summary>Bytes of downloads from hosted caches.</summary>
    public long BytesFromHostedCache { get; init; }

    /// <summary>Bytes of downloads from their sources.</summary>
    public long BytesFromSource { get; init; }

    /// <summary>Bytes that it has served to peers.</summary>
    public long BytesServed { get; init; }

    /// <summary>The share of what was downloaded that did not come from its source, from 0 to 1; null where nothing was.</summary>
    public double? HitRatio
    {
        get
        {
            double hits = (double)BytesFromCache + BytesFromPeers + BytesFromHostedCache;
            return hits + BytesFromSource > 0 ? hits / (hits + BytesFromSource) : null;
        }
    }

    /// <summary>How far its clock is ahead: of the time that a graph's nodes agree on, or else, as far as that can be told
    /// through a session, of this machine's. Null where there is nothing to compare it with.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>What is wrong.</summary>
    public string[] Errors { get; init; } = [];

    /// <summary>The machine.</summary>
    public override string ToString() => Machine;
}

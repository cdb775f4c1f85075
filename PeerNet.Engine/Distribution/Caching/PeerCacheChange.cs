namespace PeerNet.Engine.Distribution;

/// <summary>What is to change of the data cache; null leaves a setting as it is.</summary>
public sealed record PeerCacheChange
{
    /// <summary>The new limit. What is over it goes, the least recently used first.</summary>
    public PeerCacheSize? Size { get; init; }

    /// <summary>An empty or new folder to move the cache to.</summary>
    public string? MoveTo { get; init; }

    /// <summary>How long unused segments stay: 1 to 3,650 days.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether free space inside the cache is given back to the disk.</summary>
    public bool Compact { get; init; }

    /// <summary>A folder to add.</summary>
    public string? AddExtension { get; init; }

    /// <summary>The limit of <see cref="AddExtension"/>.</summary>
    public PeerCacheSize? ExtensionSize { get; init; }

    /// <summary>A folder to remove; its segments go with it.</summary>
    public string? RemoveExtension { get; init; }
}

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Where a store is and how much it may take.</summary>
internal sealed record SegmentStoreOptions
{
    /// <summary>The first folder, which has the index too.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes that it may take.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>How long unused segments stay.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.MaxValue;

    /// <summary>Further folders.</summary>
    public IReadOnlyList<SegmentStoreExtension> Extensions { get; init; } = [];
}

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

    /// <summary>What it counts in.</summary>
    public CounterSet<CacheCounter> Counters { get; init; } = new("Cache");
}

/// <summary>A further folder of a store.</summary>
/// <param name="Number">Its number in the index: 1 or more, and never given to another.</param>
/// <param name="Path">The folder. Where it does not exist, its segments are missing, and no more.</param>
/// <param name="Limit">Bytes that it may take.</param>
internal sealed record SegmentStoreExtension(short Number, string Path, long Limit);

/// <summary>What a store counts.</summary>
internal enum CacheCounter
{
    /// <summary>Blocks that were written.</summary>
    BlocksStored,

    /// <summary>Blocks that were read and found sound.</summary>
    BlocksRead,

    /// <summary>Blocks that were not what was stored, and were dropped.</summary>
    BlocksDamaged,

    /// <summary>Blocks that found no room, or a broken disk.</summary>
    StoresFailed,

    /// <summary>Segments that went to make room, or for their age.</summary>
    SegmentsEvicted,
}

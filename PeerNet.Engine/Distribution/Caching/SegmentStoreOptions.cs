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

/// <summary>A further folder of a store.</summary>
/// <param name="Number">Its number in the index: 1 or more, and never given to another.</param>
/// <param name="Path">The folder. Where it does not exist, its segments are missing, and no more.</param>
/// <param name="Limit">Bytes that it may take.</param>
internal sealed record SegmentStoreExtension(short Number, string Path, long Limit);

/// <summary>What a store has done since it was opened.</summary>
/// <param name="BlocksStored">Blocks that were written.</param>
/// <param name="BlocksRead">Blocks that were read and found sound.</param>
/// <param name="StoresFailed">Blocks that found no room, or a broken disk.</param>
/// <param name="BlocksDamaged">Blocks that were not what was stored, and were dropped.</param>
/// <param name="SegmentsEvicted">Segments that went to make room, or for their age.</param>
internal readonly record struct CacheStatistics(
    long BlocksStored, long BlocksRead, long StoresFailed, long BlocksDamaged, long SegmentsEvicted);

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>What a store has done since it was opened.</summary>
/// <param name="BlocksStored">Blocks that were written.</param>
/// <param name="BlocksRead">Blocks that were read and found sound.</param>
/// <param name="StoresFailed">Blocks that found no room, or a broken disk.</param>
/// <param name="BlocksDamaged">Blocks that were not what was stored, and were dropped.</param>
/// <param name="SegmentsEvicted">Segments that went to make room, or for their age.</param>
internal readonly record struct CacheStatistics(
    long BlocksStored, long BlocksRead, long StoresFailed, long BlocksDamaged, long SegmentsEvicted);

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>A further folder of a store.</summary>
/// <param name="Number">Its number in the index: 1 or more, and never given to another.</param>
/// <param name="Path">The folder. Where it does not exist, its segments are missing, and no more.</param>
/// <param name="Limit">Bytes that it may take.</param>
internal sealed record SegmentStoreExtension(short Number, string Path, long Limit);

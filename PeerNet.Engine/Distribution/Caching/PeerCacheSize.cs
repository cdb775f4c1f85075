namespace PeerNet.Engine.Distribution;

/// <summary>A limit of a cache: bytes, or a share of its disk. One of the two is given.</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="Percentage">1 to 100.</param>
public sealed record PeerCacheSize(long? Bytes, int? Percentage);

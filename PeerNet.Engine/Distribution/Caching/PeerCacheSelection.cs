namespace PeerNet.Engine.Distribution;

/// <summary>Some segments of the cache; all where nothing is given.</summary>
public sealed record PeerCacheSelection
{
    /// <summary>Those with this tag.</summary>
    public Guid? Tag { get; init; }

    /// <summary>Those with these ids; empty for any.</summary>
    public IReadOnlyList<SegmentId> Segments { get; init; } = [];
}

namespace PeerNet.Engine.Distribution;

/// <summary>A cache of this node.</summary>
public sealed record PeerCache
{
    /// <summary>Which.</summary>
    public required PeerCacheType Type { get; init; }

    /// <summary>Its folder or file.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes that it may take, extensions not counted.</summary>
    public required long MaxSize { get; init; }

    /// <summary>The share of the disk that <see cref="MaxSize"/> was given as, in percent; null where it was given in bytes.</summary>
    public int? Percentage { get; init; }

    /// <summary>Bytes that it takes.</summary>
    public required long CurrentSize { get; init; }

    /// <summary>How many segments, or files for hashes, it holds.</summary>
    public required int ActiveSegments { get; init; }

    /// <summary>How long unused segments stay.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>Further folders, on other disks.</summary>
    public PeerCacheExtension[] Extensions { get; init; } = [];

    /// <summary>The segments, where they were asked for.</summary>
    public PeerCacheSegment[] Segments { get; init; } = [];

    /// <summary>Which it is.</summary>
    public override string ToString() => Type.ToString();
}

namespace PeerNet.Engine.Distribution;

/// <summary>A segment in the cache.</summary>
public sealed record PeerCacheSegment
{
    /// <summary>The public id.</summary>
    public required SegmentId SegmentId { get; init; }

    /// <summary>The version of the information it came by.</summary>
    public required PeerContentVersion Version { get; init; }

    /// <summary>Bytes of the whole segment.</summary>
    public required int Length { get; init; }

    /// <summary>How many of its blocks are held.</summary>
    public required int BlocksHeld { get; init; }

    /// <summary>How many it has.</summary>
    public required int BlockCount { get; init; }

    /// <summary>What it was tagged with; empty for nothing.</summary>
    public Guid Tag { get; init; }

    /// <summary>When its first block came.</summary>
    public required DateTimeOffset Added { get; init; }

    /// <summary>When it was last read.</summary>
    public required DateTimeOffset LastUsed { get; init; }

    /// <summary>Whether it is ciphertext that this node cannot read (hosted cache, version 2).</summary>
    public bool IsSealed { get; init; }

    /// <summary>The segment's id.</summary>
    public override string ToString() => SegmentId.ToString();
}

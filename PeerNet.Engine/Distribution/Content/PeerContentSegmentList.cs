using System.Collections;
using System.Runtime.CompilerServices;

namespace PeerNet.Engine.Distribution;

/// <summary>The segments of content, in order. Those of large content may be worked out as they are asked for.</summary>
[CollectionBuilder(typeof(PeerContentSegmentList), nameof(Create))]
public sealed class PeerContentSegmentList : IReadOnlyList<PeerContentSegment>
{
    private readonly IReadOnlyList<PeerContentSegment> _segments;

    internal PeerContentSegmentList(IReadOnlyList<PeerContentSegment> segments) => _segments = segments;

    /// <summary>How many there are.</summary>
    public int Count => _segments.Count;

    /// <summary>One of them.</summary>
    /// <exception cref="IndexOutOfRangeException">There is none of this index.</exception>
    public PeerContentSegment this[int index] => _segments[index];

    /// <inheritdoc/>
    public IEnumerator<PeerContentSegment> GetEnumerator() => _segments.GetEnumerator();

    internal static PeerContentSegmentList Create(ReadOnlySpan<PeerContentSegment> segments) => new(segments.ToArray());

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

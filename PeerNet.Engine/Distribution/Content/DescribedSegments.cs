using System.Collections;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// The segments of content that this node has hashed. Each gets its keys when it is first asked for: a range of a large
/// file costs what the range is long.
/// </summary>
internal sealed class DescribedSegments(ContentHashes hashes, ServerSecret secret) : IReadOnlyList<PeerContentSegment>
{
    private readonly PeerContentSegment?[] _segments = new PeerContentSegment?[hashes.SegmentCount];

    public int Count => _segments.Length;

    public PeerContentSegment this[int index] =>
        Volatile.Read(ref _segments[index])
        ?? Interlocked.CompareExchange(ref _segments[index], hashes.DescribeSegment(secret, index), null)
        ?? _segments[index]!;

    public IEnumerator<PeerContentSegment> GetEnumerator()
    {
        for (int i = 0; i < _segments.Length; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

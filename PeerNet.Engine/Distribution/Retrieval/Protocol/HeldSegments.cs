using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>Puts the segments that are held together as SEGLIST says them: ranges of indexes, and ages.</summary>
internal sealed class HeldSegments
{
    private readonly List<SegmentRange> _ranges = [];
    private readonly List<SegmentAge> _ages = [];

    /// <summary>The ranges so far.</summary>
    public IReadOnlyList<SegmentRange> Ranges => _ranges;

    /// <summary>The ages so far; null where nothing is held.</summary>
    public SegmentAges? Ages => _ages.Count == 0 ? null : new SegmentAges(_ages);

    /// <summary>Adds a segment; indexes come in ascending order.</summary>
    public void Add(int index, TimeSpan age)
    {
        if (_ranges.Count > 0 && _ranges[^1] is var last && last.Index + last.Count == index)
        {
            _ranges[^1] = last with { Count = last.Count + 1 };
        }
        else
        {
            _ranges.Add(new SegmentRange((uint)index, 1));
        }

        // Indexes of ages count from the first segment of the first range, in one byte (MS-PCCRR 2.2.5.4).
        long place = index - _ranges[0].Index;
        if (place <= byte.MaxValue && _ages.Count < SegmentAges.MaximumCount)
        {
            _ages.Add(new SegmentAge((byte)place, age));
        }
    }
}

/// <summary>What this node holds of a segment.</summary>
/// <param name="Id">The segment.</param>
/// <param name="Blocks">The blocks that can be read.</param>
/// <param name="BlockCount">How many blocks the segment has.</param>
/// <param name="Version">The version of the information it came by.</param>
/// <param name="Age">How long the oldest of them has been here.</param>
internal sealed record SegmentHolding(
    SegmentId Id, BlockSet Blocks, int BlockCount, PeerContentVersion Version, TimeSpan Age)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Blocks.Count == BlockCount;
}

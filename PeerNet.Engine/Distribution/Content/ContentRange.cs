using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>Makes the information of a range from that of content, or of a larger range.</summary>
internal static class ContentRange
{
    /// <summary>
    /// The information of <paramref name="length"/> bytes from <paramref name="offset"/> of the content: the segments
    /// that the range touches, and in version 1 the hashes of the blocks that it touches.
    /// </summary>
    /// <param name="information">What is described.</param>
    /// <param name="offset">The first byte, counted from the start of the content.</param>
    /// <param name="length">How many bytes; null for all from <paramref name="offset"/>.</param>
    /// <exception cref="PeerException">The range is empty, or goes beyond what the information describes.</exception>
    public static PeerContentInformation Slice(PeerContentInformation information, long offset, long? length)
    {
        long wanted = length ?? (information.Length - (offset - information.Offset));
        if (offset == information.Offset && wanted == information.Length)
        {
            return information;
        }

        if (wanted <= 0
            || offset < information.Offset
            || offset - information.Offset > information.Length - wanted)
        {
            throw OutOfBounds(information, offset, length);
        }

        long end = offset + wanted;
        int first = FindSegment(information.Segments, offset);
        int last = FindSegment(information.Segments, end - 1);
        var segments = new PeerContentSegment[last - first + 1];
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i] = Trim(information.Segments[first + i], offset, end);
        }

        return information with
        {
            Offset = offset,
            Length = wanted,
            FirstSegmentIndex = information.FirstSegmentIndex + first,
            Segments = new(segments),
        };
    }

    /// <summary>What to throw where a range is not within what is described.</summary>
    /// <param name="information">What is described.</param>
    /// <param name="offset">The first byte asked for.</param>
    /// <param name="length">How many bytes were asked for; null for all from there.</param>
    public static PeerException OutOfBounds(PeerContentInformation information, long offset, long? length)
    {
        string range = length is null ? $"Byte {offset}" : $"The range of {length} bytes from {offset}";
        return PeerErrors.ContentOutOfBounds.Exception(
            $"{range} is not within the {information.Length} bytes from {information.Offset} that are described.", offset);
    }

    /// <summary>The index of the segment that holds a byte of the content; the last one for bytes behind it.</summary>
    public static int FindSegment(IReadOnlyList<PeerContentSegment> segments, long offset)
    {
        int low = 0;
        int high = segments.Count - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            (low, high) = segments[middle].Offset <= offset ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static PeerContentSegment Trim(PeerContentSegment segment, long start, long end)
    {
        if (segment.Version == PeerContentVersion.V2)
        {
            return segment;
        }

        (int first, int last) = V1Layout.GetBlocks(segment.Offset, segment.Length, start, end);
        int size = segment.HashOfData.Length;
        int described = segment.FirstBlock + segment.DescribedBlocks;
        int from = Math.Max(first, segment.FirstBlock);
        int to = Math.Min(last + 1, described);
        return from == segment.FirstBlock && to == described
            ? segment
            : new PeerContentSegment
            {
                Id = segment.Id,
                Offset = segment.Offset,
                Length = segment.Length,
                Version = segment.Version,
                HashAlgorithm = segment.HashAlgorithm,
                HashOfData = segment.HashOfData,
                Secret = segment.Secret,
                FirstBlock = from,
                BlockHashes = segment.BlockHashes[((from - segment.FirstBlock) * size)..((to - segment.FirstBlock) * size)],
            };
    }
}

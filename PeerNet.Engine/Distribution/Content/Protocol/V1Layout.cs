namespace PeerNet.Engine.Distribution.Content.Protocol;

/// <summary>Sizes of content information of version 1 (MS-PCCRC 2.3). All its integers are little-endian.</summary>
internal static class V1Layout
{
    /// <summary>Bytes of each segment but the last.</summary>
    public const int SegmentLength = 32 * 1024 * 1024;

    /// <summary>Bytes of each block but the last.</summary>
    public const int BlockSize = PeerContentSegment.V1BlockSize;

    /// <summary>Version, algorithm, offset in the first segment, bytes of the last one, and how many there are.</summary>
    public const int HeaderLength = 18;

    /// <summary>The count in front of a segment's block hashes.</summary>
    public const int BlockCountLength = 4;

    /// <summary>Bytes of a segment's description.</summary>
    public static int GetDescriptionLength(int hashLength) => 16 + (2 * hashLength);

    /// <summary>The blocks of a segment that a range touches.</summary>
    /// <param name="segmentOffset">Where the segment begins in the content.</param>
    /// <param name="segmentLength">Its bytes.</param>
    /// <param name="start">Where the range begins in the content; it touches the segment.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>The index of the first one, and of the last one.</returns>
    public static (int First, int Last) GetBlocks(long segmentOffset, int segmentLength, long start, long end)
    {
        long from = Math.Max(start - segmentOffset, 0);
        long to = Math.Min(end - segmentOffset, segmentLength);
        return ((int)(from / BlockSize), (int)((to - 1) / BlockSize));
    }
}

using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Content.Protocol;

/// <summary>
/// Reads content information of version 1 (MS-PCCRC 2.3). A first pass checks everything and allocates nothing; a second
/// one takes over what it found sound.
/// </summary>
internal static class V1InformationReader
{
    // So far from the end of the number range that no sum of what follows leaves it.
    private const ulong MaximumOffset = long.MaxValue / 2;

    /// <summary>Reads the information of content, or of a range of it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerContentInformation? information)
    {
        information = null;
        if (!TryReadHeader(bytes, out Header header) || !TryMeasure(bytes, header, out Extent extent))
        {
            return false;
        }

        PeerContentSegment[]? segments = TryTake(bytes, header, extent, isOffer: false);
        if (segments is null)
        {
            return false;
        }

        information = new PeerContentInformation
        {
            Version = PeerContentVersion.V1,
            HashAlgorithm = header.Algorithm,
            Offset = extent.Start,
            Length = extent.End - extent.Start,
            FirstSegmentIndex = segments[0].Offset / V1Layout.SegmentLength,
            Segments = new(segments),
        };
        return true;
    }

    /// <summary>
    /// Reads what a client offers to a hosted cache (MS-PCHC 2.2.1.4): one segment, whose range ends where the described
    /// blocks do. It says the segment's length where other information says how much of the last segment is meant.
    /// </summary>
    public static bool TryReadOffer(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerContentSegment? segment)
    {
        segment = null;
        if (!TryReadHeader(bytes, out Header header) || header.Count != 1 || !TryMeasure(bytes, header, out Extent extent))
        {
            return false;
        }

        segment = TryTake(bytes, header, extent, isOffer: true)?[0];
        return segment is not null;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out Header header)
    {
        header = default;
        var reader = new WireReader(bytes);
        if (!reader.TryReadUInt16LittleEndian(out ushort version)
            || version != 0x0100
            || !reader.TryReadUInt32LittleEndian(out uint algorithm)
            || !SegmentCryptography.IsV1((PeerContentHash)algorithm)
            || !reader.TryReadUInt32LittleEndian(out uint offset)
            || !reader.TryReadUInt32LittleEndian(out uint read)
            || !reader.TryReadUInt32LittleEndian(out uint count)
            || count is 0 or > ContentInformationCodec.MaximumSegments)
        {
            return false;
        }

        header = new Header((PeerContentHash)algorithm, offset, read, (int)count);
        return (long)header.Count * (header.DescriptionLength + V1Layout.BlockCountLength) <= reader.Remaining;
    }

    // The descriptions alone: segments that follow each other, and the range that begins and ends in them.
    private static bool TryMeasure(ReadOnlySpan<byte> bytes, Header header, out Extent extent)
    {
        extent = default;
        Description first = ReadDescription(bytes, header, 0);
        Description last = first;
        for (int i = 0; i < header.Count; i++)
        {
            Description segment = ReadDescription(bytes, header, i);
            bool isLast = i == header.Count - 1;
            if (segment.BlockSize != V1Layout.BlockSize
                || segment.Length is 0 or > V1Layout.SegmentLength
                || (!isLast && segment.Length != V1Layout.SegmentLength)
                || segment.Offset > MaximumOffset
                || segment.Offset % V1Layout.SegmentLength != 0
                || segment.Offset != first.Offset + ((ulong)i * V1Layout.SegmentLength))
            {
                return false;
            }

            last = segment;
        }

        // A single segment counts from where the range begins in it, others from their start. Zero, and the length
        // itself, are the whole of it: the examples of MS-PCCRC 3.1 and 3.2 have one each.
        long lastEnd = (long)last.Offset + last.Length;
        long skipped = header.Count == 1 ? header.OffsetInFirst : 0;
        bool isWhole = header.ReadInLast == 0 || header.ReadInLast == last.Length;
        extent = new Extent(
            (long)first.Offset + header.OffsetInFirst,
            isWhole ? lastEnd : (long)last.Offset + skipped + header.ReadInLast);
        return header.OffsetInFirst < first.Length && extent.End <= lastEnd;
    }

    private static PeerContentSegment[]? TryTake(ReadOnlySpan<byte> bytes, Header header, Extent extent, bool isOffer)
    {
        if (!CheckBlocks(bytes, header, extent, isOffer))
        {
            return null;
        }

        ReadOnlyMemory<byte> copy = bytes.ToArray();
        var segments = new PeerContentSegment[header.Count];
        int position = header.BlocksPosition;
        for (int i = 0; i < segments.Length; i++)
        {
            Description description = ReadDescription(bytes, header, i);
            int count = ReadBlockCount(bytes, position);
            int firstBlock = FindFirstBlock(description, extent, count, isOffer);
            position += V1Layout.BlockCountLength;
            ReadOnlyMemory<byte> blocks = copy.Slice(position, count * header.HashLength);
            segments[i] = Take(copy, header, i, firstBlock, blocks);
            position += blocks.Length;
        }

        return segments;
    }

    // The block counts fit the range, the hashes end where the bytes do, and a complete list has the hash it must have.
    private static bool CheckBlocks(ReadOnlySpan<byte> bytes, Header header, Extent extent, bool isOffer)
    {
        long position = header.BlocksPosition;
        for (int i = 0; i < header.Count; i++)
        {
            if (position + V1Layout.BlockCountLength > bytes.Length)
            {
                return false;
            }

            Description description = ReadDescription(bytes, header, i);
            int count = ReadBlockCount(bytes, (int)position);
            if (count is <= 0 or > BlockSet.Capacity || FindFirstBlock(description, extent, count, isOffer) < 0)
            {
                return false;
            }

            position += V1Layout.BlockCountLength;
            int length = count * header.HashLength;
            if (position + length > bytes.Length
                || (count == description.BlockCount
                    && !SegmentCryptography.Matches(
                        header.Algorithm, bytes.Slice((int)position, length), ReadHashOfData(bytes, header, i))))
            {
                return false;
            }

            position += length;
        }

        return position == bytes.Length;
    }

    // MS-PCCRC 2.3.1.2 counts the blocks that the range touches. The examples of 3.3 and 3.5, and readers made after
    // them, begin with block 0 wherever the range begins. The count tells which it is; -1 where it is neither.
    private static int FindFirstBlock(Description segment, Extent extent, int count, bool isOffer)
    {
        (int first, int last) = V1Layout.GetBlocks((long)segment.Offset, (int)segment.Length, extent.Start, extent.End);
        if (count == last - first + 1 || (isOffer && count <= segment.BlockCount - first))
        {
            return first;
        }

        return count == last + 1 || count == segment.BlockCount ? 0 : -1;
    }

    private static Description ReadDescription(ReadOnlySpan<byte> bytes, Header header, int index)
    {
        var reader = new WireReader(bytes[header.GetPosition(index)..]);
        reader.TryReadUInt64LittleEndian(out ulong offset);
        reader.TryReadUInt32LittleEndian(out uint length);
        reader.TryReadUInt32LittleEndian(out uint blockSize);
        return new Description(offset, length, blockSize);
    }

    private static ReadOnlySpan<byte> ReadHashOfData(ReadOnlySpan<byte> bytes, Header header, int index) =>
        bytes.Slice(header.GetPosition(index) + Description.HashPosition, header.HashLength);

    private static int ReadBlockCount(ReadOnlySpan<byte> bytes, int position) =>
        BinaryPrimitives.ReadInt32LittleEndian(bytes[position..]);

    private static PeerContentSegment Take(
        ReadOnlyMemory<byte> bytes, Header header, int index, int firstBlock, ReadOnlyMemory<byte> blockHashes)
    {
        Description description = ReadDescription(bytes.Span, header, index);
        int position = header.GetPosition(index) + Description.HashPosition;
        ReadOnlyMemory<byte> hash = bytes.Slice(position, header.HashLength);
        ReadOnlyMemory<byte> secret = bytes.Slice(position + header.HashLength, header.HashLength);
        return new PeerContentSegment
        {
            Id = SegmentCryptography.DeriveId(header.Algorithm, secret.Span, hash.Span),
            Offset = (long)description.Offset,
            Length = (int)description.Length,
            Version = PeerContentVersion.V1,
            HashAlgorithm = header.Algorithm,
            HashOfData = hash.ToArray(),
            Secret = secret,
            FirstBlock = firstBlock,
            BlockHashes = blockHashes,
        };
    }

    private readonly record struct Header(PeerContentHash Algorithm, uint OffsetInFirst, uint ReadInLast, int Count)
    {
        public int HashLength => SegmentCryptography.GetHashLength(Algorithm);

        public int DescriptionLength => V1Layout.GetDescriptionLength(HashLength);

        public int BlocksPosition => GetPosition(Count);

        public int GetPosition(int index) => V1Layout.HeaderLength + (index * DescriptionLength);
    }

    private readonly record struct Description(ulong Offset, uint Length, uint BlockSize)
    {
        public const int HashPosition = 16;

        public int BlockCount => (int)((Length + V1Layout.BlockSize - 1) / V1Layout.BlockSize);
    }

    private readonly record struct Extent(long Start, long End);
}

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

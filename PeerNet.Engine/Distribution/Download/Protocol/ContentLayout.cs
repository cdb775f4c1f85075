using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// Where the blocks of a download are: in the content, and in the file that takes the wanted range of it. Blocks are
/// numbered from 0 over all segments. A block that the range cuts is fetched whole, and written in part.
/// </summary>
internal sealed class ContentLayout
{
    private const int MostRangesNamed = 8;

    private readonly PeerContentSegment[] _segments;
    private readonly int[] _firstNumbers;
    private readonly int[] _firstBlocks;

    private ContentLayout(PeerContentSegment[] segments, long start, long length)
    {
        _segments = segments;
        Start = start;
        Length = length;
        LargestBlock = segments.Length == 0 ? 0 : segments.Max(segment => segment.BlockSize);
        _firstNumbers = new int[segments.Length + 1];
        _firstBlocks = new int[segments.Length];
        for (int i = 0; i < segments.Length; i++)
        {
            (int first, int count) = GetWanted(segments[i]);
            _firstBlocks[i] = first;
            _firstNumbers[i + 1] = checked(_firstNumbers[i] + count);
        }
    }

    /// <summary>Where the range begins in the content.</summary>
    public long Start { get; }

    /// <summary>Bytes of the range, and of the file.</summary>
    public long Length { get; }

    /// <summary>Bytes of all segments that are described, whether the range touches them or not.</summary>
    public required long DescribedLength { get; init; }

    /// <summary>How many segments the range touches.</summary>
    public int SegmentCount => _segments.Length;

    /// <summary>How many blocks it touches.</summary>
    public int BlockCount => _firstNumbers[^1];

    /// <summary>Bytes of the largest block.</summary>
    public int LargestBlock { get; }

    /// <summary>Lays out a range of described content.</summary>
    /// <param name="information">What describes it.</param>
    /// <param name="offset">The first byte of the content; 0 for the first that is described.</param>
    /// <param name="length">How many bytes; null for all that follow.</param>
    /// <exception cref="PeerException">The range is not within what is described, or the segments contradict each
    /// other.</exception>
    public static ContentLayout Create(PeerContentInformation information, long offset, long? length)
    {
        long start = offset == 0 ? information.Offset : offset;
        long available = information.Length - (start - information.Offset);
        long wanted = length ?? available;
        if (start < information.Offset || available < 0 || wanted < 0 || wanted > available)
        {
            throw ContentRange.OutOfBounds(information, start, length);
        }

        long end = start + wanted;
        PeerContentSegment[] segments = wanted == 0
            ? []
            : [.. information.Segments.Where(segment => segment.Offset < end && segment.Offset + segment.Length > start)];
        var layout = new ContentLayout(segments, start, wanted) { DescribedLength = information.Segments.Sum(segment => (long)segment.Length) };
        return layout.IsWhole() ? layout : throw PeerErrors.CannotParseContentInformation.Exception(
            $"The information of '{information}' does not describe all bytes of its range; fetch it again.", information);
    }

    public PeerContentSegment GetSegment(int index) => _segments[index];

    /// <summary>The blocks that are wanted of a segment: a run.</summary>
    public (int First, int Count) GetBlocks(int index) =>
        (_firstBlocks[index], _firstNumbers[index + 1] - _firstNumbers[index]);

    /// <summary>The number of a block.</summary>
    public int GetNumber(int index, int block) => _firstNumbers[index] + block - _firstBlocks[index];

    /// <summary>The segment and block of a number.</summary>
    public (int Index, int Block) Locate(int number)
    {
        int index = Array.BinarySearch(_firstNumbers, number);
        index = index < 0 ? ~index - 1 : index;
        return (index, _firstBlocks[index] + number - _firstNumbers[index]);
    }

    /// <summary>Where a block begins in the content, and its length.</summary>
    public (long Offset, int Length) GetContentRange(int index, int block)
    {
        PeerContentSegment segment = _segments[index];
        return (segment.Offset + ((long)block * segment.BlockSize), segment.GetBlockLength(block));
    }

    /// <summary>Which part of a block goes where in the file.</summary>
    public (long Position, int Skip, int Length) GetFilePart(int index, int block)
    {
        (long offset, int length) = GetContentRange(index, block);
        long from = Math.Max(offset, Start);
        long to = Math.Min(offset + length, Start + Length);
        return (from - Start, (int)(from - offset), (int)(to - from));
    }

    /// <summary>
    /// What a partial file belongs to: a hash over the range and the segments. Strangers cannot guess it.
    /// </summary>
    public byte[] ComputeIdentity()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, Start);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[sizeof(long)..], Length);
        hash.AppendData(numbers);
        foreach (PeerContentSegment segment in _segments)
        {
            BinaryPrimitives.WriteInt64LittleEndian(numbers, segment.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(numbers[sizeof(long)..], segment.Length);
            BinaryPrimitives.WriteInt32LittleEndian(numbers[(sizeof(long) + sizeof(int))..], (int)segment.HashAlgorithm);
            hash.AppendData(numbers);
            hash.AppendData(segment.HashOfData);
            hash.AppendData(segment.Secret.Span);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Says which bytes of the content are missing: as first and last byte, neighbours joined; where there are many
    /// ranges, the first ones.</summary>
    public string DescribeMissing(BlockMap held)
    {
        List<(long First, long Last)> ranges = FindMissing(held);
        string named = string.Join(", ", ranges.Take(MostRangesNamed).Select(
            range => string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
        long bytes = ranges.Sum(range => range.Last - range.First + 1);
        string more = ranges.Count > MostRangesNamed
            ? string.Create(CultureInfo.InvariantCulture, $" and {ranges.Count - MostRangesNamed} more ranges")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes are missing: bytes {named}{more}");
    }

    private List<(long First, long Last)> FindMissing(BlockMap held)
    {
        List<(long First, long Last)> ranges = [];
        int end;
        for (int number = held.NextUnmarked(0); number < held.Length; number = held.NextUnmarked(end))
        {
            end = held.NextMarked(number);
            end = end < 0 ? held.Length : end;
            (int firstIndex, int firstBlock) = Locate(number);
            (int lastIndex, int lastBlock) = Locate(end - 1);
            (long from, _, _) = GetFilePart(firstIndex, firstBlock);
            (long to, _, int length) = GetFilePart(lastIndex, lastBlock);
            ranges.Add((Start + from, Start + to + length - 1));
        }

        return ranges;
    }

    private (int First, int Count) GetWanted(PeerContentSegment segment)
    {
        long from = Math.Max(segment.Offset, Start) - segment.Offset;
        long to = Math.Min(segment.Offset + segment.Length, Start + Length) - segment.Offset;
        int first = (int)(from / segment.BlockSize);
        int last = (int)((to - 1) / segment.BlockSize);
        return (first, last - first + 1);
    }

    // Information comes from a server: nothing is taken on trust that later code counts on.
    private bool IsWhole()
    {
        long end = Start;
        for (int i = 0; i < _segments.Length; i++)
        {
            PeerContentSegment segment = _segments[i];
            (int first, int count) = GetBlocks(i);
            bool follows = i == 0 ? segment.Offset <= Start : segment.Offset == end;
            if (!follows
                || segment.BlockCount > BlockSet.Capacity
                || segment.GetBlockHash(first).IsEmpty
                || segment.GetBlockHash(first + count - 1).IsEmpty)
            {
                return false;
            }

            end = segment.Offset + segment.Length;
        }

        return Length == 0 || end >= Start + Length;
    }
}

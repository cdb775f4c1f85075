using System.Buffers;
using System.Buffers.Binary;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// A run of content in memory that one thread hashes at a time: whole blocks of version 1, and the segments of version 2
/// that end in it. What is behind the last such segment goes in front of the next run.
/// </summary>
internal sealed class HashWindow : IDisposable
{
    /// <summary>Most new bytes of a run: whole blocks, and few enough for a processor's own cache.</summary>
    public const int MaximumLength = 1024 * 1024;

    // What can be left over of version 2 is shorter than a segment.
    private const int MaximumCarry = ContentChunker.MaximumLength;
    private const int MaximumCuts = ((MaximumCarry + MaximumLength) / ContentChunker.MinimumLength) + 1;

    private readonly byte[] _buffer;
    private readonly int _capacity;
    private readonly byte[] _v1Hashes = new byte[MaximumLength / V1Layout.BlockSize * SegmentCryptography.MaximumHashLength];
    private readonly byte[] _v2Entries = new byte[MaximumCuts * ContentHashes.V2EntryLength];
    private readonly int[] _cuts = new int[MaximumCuts];
    private int _cutCount;
    private int _start;
    private int _end;

    /// <param name="length">Most bytes that there can be; negative where that is not known.</param>
    public HashWindow(long length)
    {
        // One byte more than there can be: room that is left over tells that the content has ended.
        _capacity = (int)(length is < 0 or >= MaximumLength ? MaximumLength : length + 1);
        _buffer = ArrayPool<byte>.Shared.Rent(MaximumCarry + _capacity);
    }

    /// <summary>Where the new bytes are in the content.</summary>
    public long Offset { get; private set; }

    /// <summary>How many new bytes there are.</summary>
    public int Length => _end - MaximumCarry;

    /// <summary>Whether there is room left: the content ended.</summary>
    public bool IsLast => Length < _capacity;

    /// <summary>What <see cref="Cut"/> left over for the next window; nothing in the last one.</summary>
    public ReadOnlyMemory<byte> Leftover { get; private set; }

    /// <summary>Room for new bytes.</summary>
    public Memory<byte> Room => _buffer.AsMemory(_end, MaximumCarry + _capacity - _end);

    /// <summary>Empties the window.</summary>
    /// <param name="offset">Where the new bytes will be in the content.</param>
    /// <param name="carry">What the window before has left over.</param>
    public void Begin(long offset, ReadOnlySpan<byte> carry)
    {
        Offset = offset;
        _start = MaximumCarry - carry.Length;
        _end = MaximumCarry;
        _cutCount = 0;
        Leftover = default;
        carry.CopyTo(_buffer.AsSpan(_start));
    }

    /// <summary>Says that bytes have come into <see cref="Room"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Finds the segments of version 2.</summary>
    public void Cut()
    {
        int position = _start;
        while (_end - position >= ContentChunker.MaximumLength || (IsLast && position < _end))
        {
            int length = ContentChunker.FindCut(_buffer.AsSpan(position, _end - position));
            _cuts[_cutCount++] = length;
            position += length;
        }

        Leftover = _buffer.AsMemory(position, _end - position);
    }

    /// <summary>Hashes the blocks and the segments; the costly part.</summary>
    /// <param name="v1Algorithm">The algorithm of version 1; null for none of its blocks.</param>
    public void Hash(PeerContentHash? v1Algorithm)
    {
        if (v1Algorithm is { } algorithm)
        {
            int size = SegmentCryptography.GetHashLength(algorithm);
            for (int index = 0; index * V1Layout.BlockSize < Length; index++)
            {
                SegmentCryptography.Hash(algorithm, GetBlock(index).Span, _v1Hashes.AsSpan(index * size, size));
            }
        }

        HashSegments();
    }

    /// <summary>A block of version 1 of the new bytes.</summary>
    public ReadOnlyMemory<byte> GetBlock(int index)
    {
        int start = index * V1Layout.BlockSize;
        return _buffer.AsMemory(MaximumCarry + start, Math.Min(V1Layout.BlockSize, Length - start));
    }

    /// <summary>The hashes of the blocks of version 1.</summary>
    public ReadOnlySpan<byte> GetV1Hashes(PeerContentHash algorithm)
    {
        int blocks = (Length + V1Layout.BlockSize - 1) / V1Layout.BlockSize;
        return _v1Hashes.AsSpan(0, blocks * SegmentCryptography.GetHashLength(algorithm));
    }

    /// <summary>The lengths and hashes of the segments of version 2.</summary>
    public ReadOnlySpan<byte> GetV2Entries() => _v2Entries.AsSpan(0, _cutCount * ContentHashes.V2EntryLength);

    /// <summary>The bytes of the segments of version 2, one after the other, with their lengths.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> GetV2Segments()
    {
        int position = _start;
        for (int index = 0; index < _cutCount; index++)
        {
            yield return _buffer.AsMemory(position, _cuts[index]);
            position += _cuts[index];
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    // Several at once: they are many, and no hash waits for another.
    private void HashSegments()
    {
        ReadOnlyMemory<byte>[] segments = [.. GetV2Segments()];
        Span<byte> hashes = stackalloc byte[MaximumCuts * Sha512Lanes.HashLength];
        Sha512Lanes.Hash(segments, hashes);
        for (int index = 0; index < segments.Length; index++)
        {
            Span<byte> entry = _v2Entries.AsSpan(index * ContentHashes.V2EntryLength, ContentHashes.V2EntryLength);
            BinaryPrimitives.WriteInt32BigEndian(entry, segments[index].Length);
            hashes.Slice(index * Sha512Lanes.HashLength, entry.Length - sizeof(uint)).CopyTo(entry[sizeof(uint)..]);
        }
    }
}

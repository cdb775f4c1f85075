using System.Buffers.Binary;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// The hashes of whole content in one version, before any secret: what reading the content costs, and a new secret does
/// not change.
/// </summary>
internal sealed class ContentHashes
{
    /// <summary>Bytes that <see cref="Bytes"/> has for a segment of version 2: its length, big-endian, and its hash.</summary>
    public const int V2EntryLength = sizeof(uint) + V2HashLength;

    private const int V2HashLength = 32;

    private readonly long[] _v2Offsets;

    private ContentHashes(
        PeerContentVersion version, PeerContentHash algorithm, long length, ReadOnlyMemory<byte> bytes, long[] v2Offsets)
    {
        Version = version;
        Algorithm = algorithm;
        Length = length;
        Bytes = bytes;
        _v2Offsets = v2Offsets;
    }

    /// <summary>The version.</summary>
    public PeerContentVersion Version { get; }

    /// <summary>The hash algorithm.</summary>
    public PeerContentHash Algorithm { get; }

    /// <summary>Bytes of the content; may be none.</summary>
    public long Length { get; }

    /// <summary>The hashes of all blocks (version 1), or the lengths and hashes of all segments (version 2).</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many segments there are.</summary>
    public int SegmentCount => Version == PeerContentVersion.V1
        ? (int)DivideUp(Length, V1Layout.SegmentLength)
        : _v2Offsets.Length;

    /// <summary>Takes hashes; false where they are not those of so much content.</summary>
    /// <param name="version">The version.</param>
    /// <param name="algorithm">The hash algorithm.</param>
    /// <param name="length">Bytes of the content.</param>
    /// <param name="bytes">What <see cref="Bytes"/> is to be; kept.</param>
    /// <param name="hashes">The hashes.</param>
    public static bool TryCreate(
        PeerContentVersion version,
        PeerContentHash algorithm,
        long length,
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ContentHashes? hashes)
    {
        long[]? offsets = version switch
        {
            PeerContentVersion.V1 => FitsV1(algorithm, length, bytes.Length) ? [] : null,
            PeerContentVersion.V2 => algorithm == PeerContentHash.TruncatedSha512 ? MeasureV2(length, bytes.Span) : null,
            _ => null,
        };
        hashes = offsets is null ? null : new ContentHashes(version, algorithm, length, bytes, offsets);
        return hashes is not null;
    }

    /// <summary>The content information that follows from a secret. There must be content.</summary>
    public PeerContentInformation Describe(ServerSecret secret, string? contentId) => new()
    {
        Version = Version,
        HashAlgorithm = Algorithm,
        Offset = 0,
        Length = Length,
        Segments = new(new DescribedSegments(this, secret)),
        ContentId = contentId,
    };

    /// <summary>One segment, with the keys that follow from a secret.</summary>
    public PeerContentSegment DescribeSegment(ServerSecret secret, int index)
    {
        if (Version == PeerContentVersion.V2)
        {
            ReadOnlyMemory<byte> entry = Bytes.Slice(index * V2EntryLength, V2EntryLength);
            return SegmentFactory.CreateV2(secret, _v2Offsets[index], ReadV2Length(entry.Span), entry[sizeof(uint)..]);
        }

        long offset = (long)index * V1Layout.SegmentLength;
        int length = (int)Math.Min(V1Layout.SegmentLength, Length - offset);
        int hashLength = SegmentCryptography.GetHashLength(Algorithm);
        return SegmentFactory.CreateV1(
            secret,
            Algorithm,
            offset,
            length,
            Bytes.Slice(
                index * BlockSet.Capacity * hashLength, (int)DivideUp(length, V1Layout.BlockSize) * hashLength));
    }

    private static bool FitsV1(PeerContentHash algorithm, long length, int bytes) =>
        SegmentCryptography.IsV1(algorithm)
        && length >= 0
        && bytes % SegmentCryptography.GetHashLength(algorithm) == 0
        && bytes / SegmentCryptography.GetHashLength(algorithm) == DivideUp(length, V1Layout.BlockSize);

    private static long[]? MeasureV2(long length, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % V2EntryLength != 0)
        {
            return null;
        }

        long[] offsets = new long[bytes.Length / V2EntryLength];
        long offset = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            int segment = ReadV2Length(bytes[(i * V2EntryLength)..]);
            if (segment is <= 0 or > V2InformationCodec.MaximumSegmentLength)
            {
                return null;
            }

            offsets[i] = offset;
            offset += segment;
        }

        return offset == length ? offsets : null;
    }

    private static int ReadV2Length(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadInt32BigEndian(entry);

    private static long DivideUp(long value, int divisor) => (value / divisor) + (value % divisor == 0 ? 0 : 1);
}

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

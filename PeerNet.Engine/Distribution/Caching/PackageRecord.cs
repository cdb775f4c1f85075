using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// What a package is made of. It begins with 8 bytes of magic, the last of which is the version of the format. Then come
/// records: a type (1 byte), a length (4 bytes) and as many bytes of payload. All integers are little-endian.
/// <list type="bullet">
/// <item>Segment (1): version of content information (1 byte), hash algorithm (2), length of the segment (4), HoD, Kp, first
/// block described (2), hashes of the blocks described, to the end. In version 2 there are none: HoD is the hash. The id
/// follows from HoD and Kp. A segment may come more than once, with other blocks described.</item>
/// <item>Block (2): index (2), the bytes of the block. It belongs to the last segment before it.</item>
/// <item>End (3): SHA-256 over everything before this record. Nothing comes after it.</item>
/// </list>
/// There are no names in it.
/// </summary>
internal static class PackageRecord
{
    /// <summary>Bytes of a type and a length.</summary>
    public const int HeaderLength = 5;

    /// <summary>Bytes of the checksum.</summary>
    public const int ChecksumLength = 32;

    /// <summary>Bytes before those of a block.</summary>
    public const int BlockHeaderLength = 2;

    /// <summary>Longest payload: the largest block, and its index. A description is shorter.</summary>
    public const int MaximumLength = BlockHeaderLength + MaximumV2Length;

    private const int MaximumV1Length = BlockSet.Capacity * PeerContentSegment.V1BlockSize;
    private const int MaximumV2Length = 128 * 1024;
    private const int SegmentHeaderLength = 9;

    /// <summary>What a package begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "PeerNet\x01"u8;

    /// <summary>Writes the type and the length of a record.</summary>
    public static void WriteHeader(PackageRecordType type, int length, Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        writer.WriteByte((byte)type);
        writer.WriteUInt32LittleEndian((uint)length);
    }

    /// <summary>Reads the type and the length of a record; false where there can be no such record.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out PackageRecordType type, out int length)
    {
        var reader = new WireReader(header);
        bool isRead = reader.TryReadByte(out byte number) & reader.TryReadUInt32LittleEndian(out uint unsigned);
        type = (PackageRecordType)number;
        length = (int)Math.Min(unsigned, int.MaxValue);
        return isRead && type switch
        {
            PackageRecordType.Segment => length is > SegmentHeaderLength and <= MaximumLength,
            PackageRecordType.Block => length is > BlockHeaderLength and <= MaximumLength,
            PackageRecordType.End => length == ChecksumLength,
            _ => false,
        };
    }

    /// <summary>Bytes that a segment's payload takes.</summary>
    public static int GetLength(PeerContentSegment segment) =>
        SegmentHeaderLength + segment.HashOfData.Length + segment.Secret.Length + GetHashes(segment).Length;

    /// <summary>Writes a segment's payload.</summary>
    public static void Write(PeerContentSegment segment, Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        writer.WriteByte((byte)segment.Version);
        writer.WriteUInt16LittleEndian((ushort)segment.HashAlgorithm);
        writer.WriteUInt32LittleEndian((uint)segment.Length);
        writer.WriteBytes(segment.HashOfData);
        writer.WriteBytes(segment.Secret.Span);
        writer.WriteUInt16LittleEndian((ushort)segment.FirstBlock);
        writer.WriteBytes(GetHashes(segment));
    }

    /// <summary>Reads a segment's payload; false where it contradicts itself.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out PeerContentSegment? segment)
    {
        segment = null;
        var reader = new WireReader(payload);
        if (!reader.TryReadByte(out byte version)
            || !reader.TryReadUInt16LittleEndian(out ushort number)
            || !reader.TryReadUInt32LittleEndian(out uint length)
            || !IsPossible((PeerContentVersion)version, (PeerContentHash)number, length))
        {
            return false;
        }

        var algorithm = (PeerContentHash)number;
        int size = SegmentCryptography.GetHashLength(algorithm);
        if (!reader.TryReadBytes(size, out ReadOnlySpan<byte> hashOfData)
            || !reader.TryReadBytes(size, out ReadOnlySpan<byte> secret)
            || !reader.TryReadUInt16LittleEndian(out ushort first)
            || !reader.TryReadBytes(reader.Remaining, out ReadOnlySpan<byte> hashes))
        {
            return false;
        }

        bool isV1 = version == (byte)PeerContentVersion.V1;
        byte[] hash = hashOfData.ToArray();
        var read = new PeerContentSegment
        {
            Id = SegmentCryptography.DeriveId(algorithm, secret, hashOfData),
            Offset = 0,
            Length = (int)length,
            Version = (PeerContentVersion)version,
            HashAlgorithm = algorithm,
            HashOfData = hash,
            Secret = secret.ToArray(),
            FirstBlock = first,
            BlockHashes = isV1 ? hashes.ToArray() : hash,
        };
        segment = isV1 ? read : hashes.IsEmpty && first == 0 ? read : null;
        return segment is not null && hashes.Length % size == 0 && IsWithin(segment);
    }

    private static bool IsPossible(PeerContentVersion version, PeerContentHash algorithm, uint length) => version switch
    {
        PeerContentVersion.V1 => SegmentCryptography.IsV1(algorithm) && length is > 0 and <= MaximumV1Length,
        PeerContentVersion.V2 =>
            algorithm == PeerContentHash.TruncatedSha512 && length is > 0 and <= MaximumV2Length,
        _ => false,
    };

    // Part of the hashes proves nothing; all of them are what HoD is made of.
    private static bool IsWithin(PeerContentSegment segment) =>
        segment.DescribedBlocks > 0
        && segment.FirstBlock + segment.DescribedBlocks <= segment.BlockCount
        && (segment.Version == PeerContentVersion.V2
            || segment.DescribedBlocks < segment.BlockCount
            || SegmentCryptography.Matches(segment.HashAlgorithm, segment.BlockHashes.Span, segment.HashOfData));

    private static ReadOnlySpan<byte> GetHashes(PeerContentSegment segment) =>
        segment.Version == PeerContentVersion.V1 ? segment.BlockHashes.Span : default;
}

/// <summary>The records of a package, by their numbers in it.</summary>
internal enum PackageRecordType : byte
{
    /// <summary>A segment.</summary>
    Segment = 1,

    /// <summary>A block of it.</summary>
    Block = 2,

    /// <summary>The checksum.</summary>
    End = 3,
}

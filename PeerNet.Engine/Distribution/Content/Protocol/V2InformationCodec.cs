using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Content.Protocol;

/// <summary>
/// Content information of version 2 (MS-PCCRC 2.4): big-endian but for the order of the version bytes, segments of up to
/// 128 KiB without blocks.
/// </summary>
internal static class V2InformationCodec
{
    /// <summary>Longest segment, in bytes.</summary>
    public const int MaximumSegmentLength = 128 * 1024;

    private const int HashLength = 32;
    private const int HeaderLength = 31;
    private const int ChunkHeaderLength = 5;
    private const int DescriptionLength = 4 + (2 * HashLength);
    private const byte SegmentChunk = 0;

    /// <summary>Reads the information of content, or of a range of it. Several chunks become one list.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerContentInformation? information)
    {
        information = null;
        var reader = new WireReader(bytes);
        if (!TryReadHeader(ref reader, out Header header)
            || !TryMeasure(bytes[HeaderLength..], header, out int count, out long length))
        {
            return false;
        }

        information = new PeerContentInformation
        {
            Version = PeerContentVersion.V2,
            HashAlgorithm = PeerContentHash.TruncatedSha512,
            Offset = header.Start + header.OffsetInFirst,
            Length = length,
            FirstSegmentIndex = header.Index,
            Segments = new(Take(bytes[HeaderLength..].ToArray(), header, count)),
        };
        return true;
    }

    /// <summary>Writes the information of a range.</summary>
    public static byte[] Write(PeerContentInformation information)
    {
        PeerContentSegmentList segments = information.Segments;
        long length = HeaderLength + ChunkHeaderLength + ((long)segments.Count * DescriptionLength);
        ContentInformationCodec.RequireWritable(information, length);
        byte[] bytes = new byte[length];
        var writer = new WireWriter(bytes);
        writer.WriteByte(0);
        writer.WriteByte(2);
        writer.WriteByte((byte)PeerContentHash.TruncatedSha512);
        writer.WriteUInt64((ulong)segments[0].Offset);
        writer.WriteUInt64((ulong)information.FirstSegmentIndex);
        writer.WriteUInt32((uint)(information.Offset - segments[0].Offset));
        writer.WriteUInt64((ulong)information.Length);
        writer.WriteByte(SegmentChunk);
        writer.WriteUInt32((uint)(segments.Count * DescriptionLength));
        foreach (PeerContentSegment segment in segments)
        {
            writer.WriteUInt32((uint)segment.Length);
            writer.WriteBytes(segment.HashOfData);
            writer.WriteBytes(segment.Secret.Span);
        }

        return bytes;
    }

    private static bool TryReadHeader(ref WireReader reader, out Header header)
    {
        header = default;
        if (!reader.TryReadUInt16LittleEndian(out ushort version)
            || version != 0x0200
            || !reader.TryReadByte(out byte algorithm)
            || algorithm != (byte)PeerContentHash.TruncatedSha512
            || !reader.TryReadUInt64(out ulong start)
            || !reader.TryReadUInt64(out ulong index)
            || !reader.TryReadUInt32(out uint offset)
            || !reader.TryReadUInt64(out ulong length)
            || start > long.MaxValue
            || index > long.MaxValue
            || length > long.MaxValue)
        {
            return false;
        }

        header = new Header((long)start, (long)index, offset, (long)length);
        return true;
    }

    // Chunks to the end of the bytes, segments to the end of each chunk, and a range that ends in the last segment.
    private static bool TryMeasure(ReadOnlySpan<byte> chunks, Header header, out int count, out long length)
    {
        count = 0;
        length = 0;
        long total = 0;
        uint first = 0;
        uint last = 0;
        var reader = new WireReader(chunks);
        while (reader.Remaining > 0)
        {
            if (!TryReadChunk(ref reader, out ReadOnlySpan<byte> chunk))
            {
                return false;
            }

            for (int position = 0; position < chunk.Length; position += DescriptionLength)
            {
                last = ReadLength(chunk[position..]);
                if (last is 0 or > MaximumSegmentLength || ++count > ContentInformationCodec.MaximumSegments)
                {
                    return false;
                }

                first = first == 0 ? last : first;
                total += last;
            }
        }

        if (count == 0 || header.OffsetInFirst >= first || header.Start > long.MaxValue - total)
        {
            return false;
        }

        length = header.Length == 0 ? total - header.OffsetInFirst : header.Length;
        return length <= total - header.OffsetInFirst && length > total - last - header.OffsetInFirst;
    }

    private static bool TryReadChunk(ref WireReader reader, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        return reader.TryReadByte(out byte type)
            && type == SegmentChunk
            && reader.TryReadUInt32(out uint length)
            && length is > 0 and <= int.MaxValue
            && length % DescriptionLength == 0
            && reader.TryReadBytes((int)length, out chunk);
    }

    private static PeerContentSegment[] Take(ReadOnlyMemory<byte> chunks, Header header, int count)
    {
        var segments = new PeerContentSegment[count];
        long offset = header.Start;
        int position = 0;
        int index = 0;
        while (index < count)
        {
            var reader = new WireReader(chunks.Span[position..]);
            TryReadChunk(ref reader, out ReadOnlySpan<byte> chunk);
            position += ChunkHeaderLength;
            for (int end = position + chunk.Length; position < end; position += DescriptionLength)
            {
                segments[index] = Take(chunks.Slice(position, DescriptionLength), offset);
                offset += segments[index].Length;
                index++;
            }
        }

        return segments;
    }

    private static PeerContentSegment Take(ReadOnlyMemory<byte> description, long offset)
    {
        ReadOnlyMemory<byte> hash = description.Slice(sizeof(uint), HashLength);
        ReadOnlyMemory<byte> secret = description.Slice(sizeof(uint) + HashLength, HashLength);
        return new PeerContentSegment
        {
            Id = SegmentCryptography.DeriveId(PeerContentHash.TruncatedSha512, secret.Span, hash.Span),
            Offset = offset,
            Length = (int)ReadLength(description.Span),
            Version = PeerContentVersion.V2,
            HashAlgorithm = PeerContentHash.TruncatedSha512,
            HashOfData = hash.ToArray(),
            Secret = secret,
            BlockHashes = hash,
        };
    }

    private static uint ReadLength(ReadOnlySpan<byte> description) =>
        BinaryPrimitives.ReadUInt32BigEndian(description);

    private readonly record struct Header(long Start, long Index, uint OffsetInFirst, long Length);
}

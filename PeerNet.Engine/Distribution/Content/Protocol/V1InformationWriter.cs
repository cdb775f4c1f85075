using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Content.Protocol;

/// <summary>Writes content information of version 1 (MS-PCCRC 2.3).</summary>
internal static class V1InformationWriter
{
    /// <summary>Writes the information of a range.</summary>
    public static byte[] Write(PeerContentInformation information)
    {
        PeerContentSegment first = information.Segments[0];
        PeerContentSegment last = information.Segments[^1];
        long end = information.Offset + information.Length;
        long lastStart = Math.Max(information.Offset, last.Offset);
        bool isWhole = end == last.Offset + last.Length;
        return Write(
            information,
            (uint)(information.Offset - first.Offset),
            isWhole ? 0 : (uint)(end - lastStart),
            information.Segments);
    }

    /// <summary>
    /// Writes one segment for a hosted cache (MS-PCHC 2.2.1.4): with the blocks that the information describes, and the
    /// whole length in place of the length of the range.
    /// </summary>
    public static byte[] WriteOffer(PeerContentInformation information, PeerContentSegment segment)
    {
        if (segment.Version != PeerContentVersion.V1)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The segment {segment.Id} is of version 2; such segments are offered by their ids (MS-PCHC 2.2.1.5).", segment);
        }

        uint offset = (uint)Math.Max(information.Offset - segment.Offset, 0);
        return Write(information, offset, (uint)segment.Length, [segment]);
    }

    private static byte[] Write(
        PeerContentInformation information, uint offset, uint read, PeerContentSegmentList segments)
    {
        byte[] bytes = new byte[Measure(information, segments)];
        var writer = new WireWriter(bytes);
        writer.WriteUInt16LittleEndian(0x0100);
        writer.WriteUInt32LittleEndian((uint)information.HashAlgorithm);
        writer.WriteUInt32LittleEndian(offset);
        writer.WriteUInt32LittleEndian(read);
        writer.WriteUInt32LittleEndian((uint)segments.Count);
        foreach (PeerContentSegment segment in segments)
        {
            writer.WriteUInt64LittleEndian((ulong)segment.Offset);
            writer.WriteUInt32LittleEndian((uint)segment.Length);
            writer.WriteUInt32LittleEndian(V1Layout.BlockSize);
            writer.WriteBytes(segment.HashOfData);
            writer.WriteBytes(segment.Secret.Span);
        }

        foreach (PeerContentSegment segment in segments)
        {
            ReadOnlySpan<byte> hashes = SelectHashes(information, segment);
            writer.WriteUInt32LittleEndian((uint)(hashes.Length / segment.HashOfData.Length));
            writer.WriteBytes(hashes);
        }

        return bytes;
    }

    private static long Measure(PeerContentInformation information, IReadOnlyList<PeerContentSegment> segments)
    {
        int description = V1Layout.GetDescriptionLength(SegmentCryptography.GetHashLength(information.HashAlgorithm));
        long length = V1Layout.HeaderLength;
        foreach (PeerContentSegment segment in segments)
        {
            length += description + V1Layout.BlockCountLength + SelectHashes(information, segment).Length;
        }

        ContentInformationCodec.RequireWritable(information, length);
        return length;
    }

    // The described blocks that the range touches.
    private static ReadOnlySpan<byte> SelectHashes(PeerContentInformation information, PeerContentSegment segment)
    {
        (int first, int last) = V1Layout.GetBlocks(
            segment.Offset, segment.Length, information.Offset, information.Offset + information.Length);
        int from = Math.Max(first, segment.FirstBlock);
        int to = Math.Min(last + 1, segment.FirstBlock + segment.DescribedBlocks);
        int size = segment.HashOfData.Length;
        return segment.BlockHashes.Span[((from - segment.FirstBlock) * size)..((to - segment.FirstBlock) * size)];
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PeerNet.Engine.Tests.Distribution.Content;

/// <summary>
/// Content information made from the text of MS-PCCRC 2.3 and 2.4 and nothing of the engine. Each field can be changed, so
/// that tests can lie.
/// </summary>
internal sealed class InformationBuilder
{
    public static readonly byte[] ServerSecretKey = "no more secrets"u8.ToArray();

    private readonly List<byte> _bytes = [];

    /// <summary>Version 1 of a content of zeros, so long as one likes, without hashing it.</summary>
    public static byte[] V1OfZeros(
        long contentLength, long offset, long length, int algorithm = 0x800C, bool fromBlockZero = false)
    {
        HashAlgorithmName name = V1Algorithm(algorithm);
        byte[] block = CryptographicOperations.HashData(name, new byte[65536]);
        byte[] lastBlock = CryptographicOperations.HashData(name, new byte[((contentLength - 1) % 65536) + 1]);
        byte[] serverSecret = CryptographicOperations.HashData(name, ServerSecretKey);
        const long Segment = 32 << 20;
        long end = offset + length;
        var builder = new InformationBuilder();
        long firstSegment = offset / Segment;
        long lastSegment = (end - 1) / Segment;
        long lastSegmentLength = Math.Min(Segment, contentLength - (lastSegment * Segment));
        bool isWhole = end == (lastSegment * Segment) + lastSegmentLength;
        builder.Little16(0x0100).Little32((uint)algorithm).Little32((uint)(offset - (firstSegment * Segment)))
            .Little32(isWhole ? 0 : (uint)(end - Math.Max(offset, lastSegment * Segment)))
            .Little32((uint)(lastSegment - firstSegment + 1));
        List<byte[][]> blocks = [];
        for (long segment = firstSegment; segment <= lastSegment; segment++)
        {
            long segmentLength = Math.Min(Segment, contentLength - (segment * Segment));
            int count = (int)((segmentLength + 65535) / 65536);
            bool isEnd = (segment * Segment) + segmentLength == contentLength;
            byte[][] all = [.. Enumerable.Range(0, count).Select(i => isEnd && i == count - 1 ? lastBlock : block)];
            byte[] hashOfData = CryptographicOperations.HashData(name, all.SelectMany(hash => hash).ToArray());
            builder.Little64((ulong)(segment * Segment)).Little32((uint)segmentLength).Little32(65536)
                .Raw(hashOfData).Raw(Hmac(name, serverSecret, hashOfData));
            long from = Math.Max(offset - (segment * Segment), 0) / 65536;
            long to = (Math.Min(end - (segment * Segment), segmentLength) - 1) / 65536;
            blocks.Add(all[(fromBlockZero ? 0 : (int)from)..((int)to + 1)]);
        }

        foreach (byte[][] segment in blocks)
        {
            builder.Little32((uint)segment.Length).Raw([.. segment.SelectMany(hash => hash)]);
        }

        return builder.ToArray();
    }

    /// <summary>Version 2 of any hashes: nothing can tell them from those of content.</summary>
    public static byte[] V2(ulong start, ulong index, uint offset, ulong length, params int[][] chunks)
    {
        var builder = new InformationBuilder();
        builder.Raw([0, 2, 4]).Big64(start).Big64(index).Big32(offset).Big64(length);
        foreach (int[] chunk in chunks)
        {
            builder.Raw([0]).Big32((uint)chunk.Length * 68);
            foreach (int segment in chunk)
            {
                byte[] hash = SHA512.HashData(BitConverter.GetBytes(segment));
                builder.Big32((uint)segment).Raw(hash);
            }
        }

        return builder.ToArray();
    }

    public InformationBuilder Little16(ushort value) => Put(2, span => BinaryPrimitives.WriteUInt16LittleEndian(span, value));

    public InformationBuilder Little32(uint value) => Put(4, span => BinaryPrimitives.WriteUInt32LittleEndian(span, value));

    public InformationBuilder Little64(ulong value) => Put(8, span => BinaryPrimitives.WriteUInt64LittleEndian(span, value));

    public InformationBuilder Big32(uint value) => Put(4, span => BinaryPrimitives.WriteUInt32BigEndian(span, value));

    public InformationBuilder Big64(ulong value) => Put(8, span => BinaryPrimitives.WriteUInt64BigEndian(span, value));

    public InformationBuilder Raw(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private static HashAlgorithmName V1Algorithm(int number) => number switch
    {
        0x800C => HashAlgorithmName.SHA256,
        0x800D => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static byte[] Hmac(HashAlgorithmName algorithm, byte[] key, byte[] source)
    {
        using var hmac = IncrementalHash.CreateHMAC(algorithm, key);
        hmac.AppendData(source);
        return hmac.GetHashAndReset();
    }

    private delegate void Writer(Span<byte> span);

    private InformationBuilder Put(int length, Writer write)
    {
        Span<byte> buffer = stackalloc byte[length];
        write(buffer);
        return Raw(buffer);
    }
}

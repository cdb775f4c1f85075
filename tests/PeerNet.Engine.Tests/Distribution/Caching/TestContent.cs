using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Tests.Distribution.Caching;

/// <summary>A segment with its bytes, both made from a number.</summary>
internal sealed class TestContent
{
    private TestContent(PeerContentSegment segment, byte[] data)
    {
        Segment = segment;
        Data = data;
    }

    public PeerContentSegment Segment { get; }

    public byte[] Data { get; }

    public SegmentId Id => Segment.Id;

    public static TestContent V1(int number, int length, PeerContentHash algorithm = PeerContentHash.Sha256)
    {
        byte[] data = Bytes(number, length);
        byte[] hashes = [.. data.Chunk(PeerContentSegment.V1BlockSize).SelectMany(block => Hash(algorithm, block))];
        return Create(PeerContentVersion.V1, algorithm, data, hashes, Hash(algorithm, hashes));
    }

    public static TestContent V2(int number, int length)
    {
        byte[] data = Bytes(number, length);
        byte[] hash = Hash(PeerContentHash.TruncatedSha512, data);
        return Create(PeerContentVersion.V2, PeerContentHash.TruncatedSha512, data, hash, hash);
    }

    /// <summary>A block that the content does not have, and a description that is not true does.</summary>
    public static byte[] Invented { get; } = new byte[PeerContentSegment.V1BlockSize];

    public byte[] Block(int index) =>
        Data.AsSpan(index * Segment.BlockSize, Segment.GetBlockLength(index)).ToArray();

    /// <summary>The segment as information of a range describes it, perhaps with another first hash or length than the true
    /// ones.</summary>
    public PeerContentSegment Describe(int first, int count, bool isTrue = true, int? length = null)
    {
        int size = Segment.HashOfData.Length;
        byte[] hashes = Segment.BlockHashes.Slice(first * size, count * size).ToArray();
        if (!isTrue)
        {
            Hash(Segment.HashAlgorithm, Invented).CopyTo(hashes, 0);
        }

        return new PeerContentSegment
        {
            Id = Segment.Id,
            Offset = 0,
            Length = length ?? Segment.Length,
            Version = Segment.Version,
            HashAlgorithm = Segment.HashAlgorithm,
            HashOfData = Segment.HashOfData,
            Secret = Segment.Secret,
            FirstBlock = first,
            BlockHashes = hashes,
        };
    }

    private static TestContent Create(
        PeerContentVersion version, PeerContentHash algorithm, byte[] data, byte[] hashes, byte[] hashOfData)
    {
        byte[] secret = new byte[hashOfData.Length];
        SegmentCryptography.DeriveSecret(algorithm, "the server's secret"u8, hashOfData, secret);
        return new TestContent(
            new PeerContentSegment
            {
                Id = SegmentCryptography.DeriveId(algorithm, secret, hashOfData),
                Offset = 0,
                Length = data.Length,
                Version = version,
                HashAlgorithm = algorithm,
                HashOfData = hashOfData,
                Secret = secret,
                BlockHashes = hashes,
            },
            data);
    }

    private static byte[] Bytes(int number, int length)
    {
        byte[] data = new byte[length];
        new Random(number).NextBytes(data);
        return data;
    }

    private static byte[] Hash(PeerContentHash algorithm, byte[] source)
    {
        byte[] hash = new byte[SegmentCryptography.GetHashLength(algorithm)];
        SegmentCryptography.Hash(algorithm, source, hash);
        return hash;
    }
}

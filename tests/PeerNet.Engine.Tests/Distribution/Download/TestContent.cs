using System.Security.Cryptography;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>Random content with its information; segments are shorter than real ones, to have many.</summary>
internal sealed class TestContent
{
    private TestContent(byte[] bytes, PeerContentInformation information)
    {
        Bytes = bytes;
        Information = information;
    }

    public byte[] Bytes { get; }

    public PeerContentInformation Information { get; }

    public IReadOnlyList<PeerContentSegment> Segments => Information.Segments;

    /// <summary>Version 1: blocks of 64 KiB.</summary>
    public static TestContent V1(int seed, int length, int blocksPerSegment) =>
        Create(seed, length, PeerContentVersion.V1, _ => blocksPerSegment * PeerContentSegment.V1BlockSize);

    /// <summary>Version 2: each segment is one block, of 1 to <paramref name="longest"/> bytes.</summary>
    public static TestContent V2(int seed, int length, int longest)
    {
        var random = new Random(seed);
        return Create(seed, length, PeerContentVersion.V2, _ => random.Next(1, longest + 1));
    }

    /// <summary>Segments of content that nobody will look at: <paramref name="data"/> is each one's.</summary>
    public static PeerContentInformation Repeat(byte[] data, int count)
    {
        byte[] hash = SHA512.HashData(data)[..32];
        var segments = new PeerContentSegment[count];
        for (int i = 0; i < count; i++)
        {
            SegmentId.TryCreate(SHA256.HashData(BitConverter.GetBytes(i)), out SegmentId id);
            segments[i] = new()
            {
                Id = id,
                Offset = (long)i * data.Length,
                Length = data.Length,
                Version = PeerContentVersion.V2,
                HashAlgorithm = PeerContentHash.TruncatedSha512,
                HashOfData = hash,
                BlockHashes = hash,
            };
        }

        return Describe(segments, (long)count * data.Length);
    }

    public ReadOnlySpan<byte> GetBlock(PeerContentSegment segment, int block) =>
        Bytes.AsSpan((int)segment.Offset + (block * segment.BlockSize), segment.GetBlockLength(block));

    private static TestContent Create(int seed, int length, PeerContentVersion version, Func<int, int> segmentLength)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        List<PeerContentSegment> segments = [];
        for (int offset = 0; offset < length;)
        {
            int size = Math.Min(segmentLength(segments.Count), length - offset);
            segments.Add(CreateSegment(bytes.AsSpan(offset, size), offset, version));
            offset += size;
        }

        return new(bytes, Describe(segments, length));
    }

    private static PeerContentInformation Describe(IReadOnlyList<PeerContentSegment> segments, long length) => new()
    {
        Version = segments.Count == 0 ? PeerContentVersion.V1 : segments[0].Version,
        HashAlgorithm = segments.Count == 0 ? PeerContentHash.Sha256 : segments[0].HashAlgorithm,
        Offset = 0,
        Length = length,
        Segments = new(segments),
        ContentId = "test",
    };

    private static PeerContentSegment CreateSegment(ReadOnlySpan<byte> data, int offset, PeerContentVersion version)
    {
        PeerContentHash algorithm = version == PeerContentVersion.V1
            ? PeerContentHash.Sha256
            : PeerContentHash.TruncatedSha512;
        int blockSize = version == PeerContentVersion.V1 ? PeerContentSegment.V1BlockSize : data.Length;
        byte[] hashes = new byte[(data.Length + blockSize - 1) / blockSize * 32];
        for (int block = 0; block * blockSize < data.Length; block++)
        {
            int length = Math.Min(blockSize, data.Length - (block * blockSize));
            SegmentCryptography.Hash(algorithm, data.Slice(block * blockSize, length), hashes.AsSpan(block * 32, 32));
        }

        byte[] hashOfData = version == PeerContentVersion.V1 ? SHA256.HashData(hashes) : hashes;
        byte[] secret = SHA256.HashData(hashOfData);
        return new()
        {
            Id = SegmentCryptography.DeriveId(algorithm, secret, hashOfData),
            Offset = offset,
            Length = data.Length,
            Version = version,
            HashAlgorithm = algorithm,
            HashOfData = hashOfData,
            Secret = secret,
            BlockHashes = hashes,
        };
    }
}

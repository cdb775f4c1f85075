using System.Security.Cryptography;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Tests.Distribution;

/// <summary>Content with its information, all made from a number: one segment, or many that are shorter than real ones.
/// </summary>
internal sealed class TestContent
{
    private TestContent(byte[] bytes, PeerContentInformation information)
    {
        Bytes = bytes;
        Information = information;
    }

    /// <summary>A block that the content does not have, and a description that is not true does.</summary>
    public static byte[] Invented { get; } = new byte[PeerContentSegment.V1BlockSize];

    public byte[] Bytes { get; }

    public PeerContentInformation Information { get; }

    public IReadOnlyList<PeerContentSegment> Segments => Information.Segments;

    /// <summary>The only segment.</summary>
    public PeerContentSegment Segment => Segments.Single();

    public SegmentId Id => Segment.Id;

    /// <summary>Version 1: one segment, in blocks of 64 KiB.</summary>
    public static TestContent V1(int seed, int length, PeerContentHash algorithm = PeerContentHash.Sha256) =>
        Create(seed, length, algorithm, _ => length);

    /// <summary>Version 1: blocks of 64 KiB.</summary>
    public static TestContent V1(int seed, int length, int blocksPerSegment) =>
        Create(seed, length, PeerContentHash.Sha256, _ => blocksPerSegment * PeerContentSegment.V1BlockSize);

    /// <summary>Version 2: one segment, which is one block.</summary>
    public static TestContent V2(int seed, int length) => Create(seed, length, PeerContentHash.TruncatedSha512, _ => length);

    /// <summary>Version 2: each segment is one block, of 1 to <paramref name="longest"/> bytes.</summary>
    public static TestContent V2(int seed, int length, int longest)
    {
        var random = new Random(seed);
        return Create(seed, length, PeerContentHash.TruncatedSha512, _ => random.Next(1, longest + 1));
    }

    /// <summary>Segments of content that nobody will look at: <paramref name="data"/> is each one's.</summary>
    public static PeerContentInformation Repeat(byte[] data, int count)
    {
        byte[] hash = Hash(PeerContentHash.TruncatedSha512, data);
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

        return Inform(segments, (long)count * data.Length);
    }

    public ReadOnlySpan<byte> GetBlock(PeerContentSegment segment, int block) =>
        Bytes.AsSpan((int)segment.Offset + (block * segment.BlockSize), segment.GetBlockLength(block));

    /// <summary>A block of the only segment.</summary>
    public byte[] Block(int index) => GetBlock(Segment, index).ToArray();

    /// <summary>The only segment as information of a range describes it, perhaps with another first hash or length than the
    /// true ones.</summary>
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

    private static TestContent Create(int seed, int length, PeerContentHash algorithm, Func<int, int> segmentLength)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        List<PeerContentSegment> segments = [];
        for (int offset = 0; offset < length;)
        {
            int size = Math.Min(segmentLength(segments.Count), length - offset);
            segments.Add(CreateSegment(bytes.AsSpan(offset, size), offset, algorithm));
            offset += size;
        }

        return new(bytes, Inform(segments, length));
    }

    private static PeerContentInformation Inform(IReadOnlyList<PeerContentSegment> segments, long length) => new()
    {
        Version = segments.Count == 0 ? PeerContentVersion.V1 : segments[0].Version,
        HashAlgorithm = segments.Count == 0 ? PeerContentHash.Sha256 : segments[0].HashAlgorithm,
        Offset = 0,
        Length = length,
        Segments = new(segments),
        ContentId = "test",
    };

    private static PeerContentSegment CreateSegment(ReadOnlySpan<byte> data, int offset, PeerContentHash algorithm)
    {
        bool isV2 = algorithm == PeerContentHash.TruncatedSha512;
        byte[] hashes = isV2
            ? Hash(algorithm, data)
            : [.. data.ToArray().Chunk(PeerContentSegment.V1BlockSize).SelectMany(block => Hash(algorithm, block))];
        byte[] hashOfData = isV2 ? hashes : Hash(algorithm, hashes);
        byte[] secret = new byte[hashOfData.Length];
        SegmentCryptography.DeriveSecret(algorithm, "the server's secret"u8, hashOfData, secret);
        return new()
        {
            Id = SegmentCryptography.DeriveId(algorithm, secret, hashOfData),
            Offset = offset,
            Length = data.Length,
            Version = isV2 ? PeerContentVersion.V2 : PeerContentVersion.V1,
            HashAlgorithm = algorithm,
            HashOfData = hashOfData,
            Secret = secret,
            BlockHashes = hashes,
        };
    }

    private static byte[] Hash(PeerContentHash algorithm, ReadOnlySpan<byte> source)
    {
        byte[] hash = new byte[SegmentCryptography.GetHashLength(algorithm)];
        SegmentCryptography.Hash(algorithm, source, hash);
        return hash;
    }
}

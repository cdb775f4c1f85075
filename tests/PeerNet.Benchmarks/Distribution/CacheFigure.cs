using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Stores and reads a GiB in the data cache, one thread. The limit of storing is writing the same bytes to a plain file, that
/// of reading is hashing them: each block is checked whenever it is read.
/// </summary>
internal sealed class CacheFigure : IFigure
{
    private const int SegmentCount = 32;
    private const int SegmentLength = 32 * 1024 * 1024;
    private const int BlockSize = PeerContentSegment.V1BlockSize;
    private const int SmallLength = 80 * 1024;
    private const int SmallCount = 4096;

    private readonly byte[] _data = RandomNumberGenerator.GetBytes(SegmentLength);

    public string Name => "data cache";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        string folder = Directory.CreateTempSubdirectory("peernet-cache-").FullName;
        try
        {
            const double bytes = (double)SegmentCount * SegmentLength;
            double write = Rate(bytes, WritePlain(Path.Combine(folder, "plain")));
            double hash = Rate(SegmentLength, HashBlocks());
            using SegmentStore store = SegmentStore.Open(
                new() { Folder = Path.Combine(folder, "store") }, TimeProvider.System, NullLogger.Instance);
            PeerContentSegment[] segments = [.. Enumerable.Range(0, SegmentCount).Select(Describe)];
            yield return new("store v1, without flush", Rate(bytes, await StoreAsync(store, segments)), "MB/s", write);
            long start = Stopwatch.GetTimestamp();
            store.Flush();
            yield return new("flush of what was not flushed", Stopwatch.GetElapsedTime(start).TotalMilliseconds, "ms", null);
            yield return new("read v1, checked", Rate(bytes, await ReadAsync(store, segments)), "MB/s", hash);

            PeerContentSegment[] small = [.. Enumerable.Range(0, SmallCount).Select(DescribeSmall)];
            const double smallBytes = (double)SmallCount * SmallLength;
            yield return new("store v2, 80 KiB each", Rate(smallBytes, await StoreAsync(store, small)), "MB/s", write);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Rate(double bytes, TimeSpan time) => bytes / time.TotalSeconds / 1e6;

    private TimeSpan WritePlain(string path)
    {
        long start = Stopwatch.GetTimestamp();
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        for (int segment = 0; segment < SegmentCount; segment++)
        {
            for (int at = 0; at < SegmentLength; at += BlockSize)
            {
                RandomAccess.Write(file, _data.AsSpan(at, BlockSize), ((long)segment * SegmentLength) + at);
            }
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        file.Dispose();
        File.Delete(path);
        return elapsed;
    }

    private TimeSpan HashBlocks()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        long start = Stopwatch.GetTimestamp();
        for (int at = 0; at < SegmentLength; at += BlockSize)
        {
            SHA256.HashData(_data.AsSpan(at, BlockSize), hash);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    // The same bytes under different secrets are different segments.
    private PeerContentSegment Describe(int number) => Describe(
        number, PeerContentVersion.V1, PeerContentHash.Sha256, _data, [.. _data.Chunk(BlockSize).SelectMany(SHA256.HashData)]);

    private PeerContentSegment DescribeSmall(int number)
    {
        byte[] data = _data[..SmallLength];
        byte[] hash = new byte[SegmentCryptography.GetHashLength(PeerContentHash.TruncatedSha512)];
        SegmentCryptography.Hash(PeerContentHash.TruncatedSha512, data, hash);
        return Describe(number, PeerContentVersion.V2, PeerContentHash.TruncatedSha512, data, hash);
    }

    private static PeerContentSegment Describe(
        int number, PeerContentVersion version, PeerContentHash algorithm, byte[] data, byte[] hashes)
    {
        byte[] hashOfData = hashes;
        if (version == PeerContentVersion.V1)
        {
            hashOfData = SHA256.HashData(hashes);
        }

        byte[] secret = new byte[hashOfData.Length];
        SegmentCryptography.DeriveSecret(algorithm, BitConverter.GetBytes(number), hashOfData, secret);
        return new PeerContentSegment
        {
            Id = SegmentCryptography.DeriveId(algorithm, secret, hashOfData),
            Offset = 0,
            Length = data.Length,
            Version = version,
            HashAlgorithm = algorithm,
            HashOfData = hashOfData,
            Secret = secret,
            BlockHashes = hashes,
        };
    }

    private async Task<TimeSpan> StoreAsync(SegmentStore store, PeerContentSegment[] segments)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (PeerContentSegment segment in segments)
        {
            for (int index = 0; index < segment.BlockCount; index++)
            {
                Memory<byte> block = _data.AsMemory(index * segment.BlockSize, segment.GetBlockLength(index));
                if (!await store.TryStoreAsync(segment, index, block, default, default))
                {
                    throw new InvalidOperationException("A block was not stored.");
                }
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> ReadAsync(SegmentStore store, PeerContentSegment[] segments)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (PeerContentSegment segment in segments)
        {
            for (int index = 0; index < segment.BlockCount; index++)
            {
                using HeldBlock? block = await store.ReadBlockAsync(segment.Id, index, default);
                if (block is null)
                {
                    throw new InvalidOperationException("A block was not read.");
                }
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }
}

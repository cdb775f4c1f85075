using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Opens a cache of many segments of version 2, as after a node that was stopped. Its containers are sparse: nothing of them is
/// read. The goal is 0.3 s for 100,000.
/// </summary>
internal sealed class CacheOpenFigure(int count) : IFigure
{
    private const int Rounds = 5;
    private const int Part = 10_000;
    private const int SegmentLength = 65_536;
    private const double WantedMilliseconds = 300;
    private const int WantedCount = 100_000;

    public string Name => $"open cache of {count:N0}";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await Task.CompletedTask;
        string folder = Directory.CreateTempSubdirectory("peernet-cache-").FullName;
        try
        {
            Fill(folder);
            List<double> times = [];
            List<double> work = [];
            List<double> allocated = [];
            double memory = 0;
            for (int round = 0; round < Rounds; round++)
            {
                using var meter = MemoryMeter.Start();
                long bytes = GC.GetAllocatedBytesForCurrentThread();
                TimeSpan before = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                using SegmentStore store = Open(folder);
                work.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                allocated.Add(GC.GetAllocatedBytesForCurrentThread() - bytes);
                memory = meter.Settle();
                if (store.Count != count)
                {
                    throw new InvalidOperationException($"The cache has {store.Count} segments.");
                }
            }

            double time = Medians.Of(times);
            yield return FigureRow.WithGoal(
                $"open a cache of {count:N0} segments", time, "ms", WantedMilliseconds * count / WantedCount);
            yield return new($"open a cache of {count:N0} segments, processor time", Medians.Of(work), "ms", null);
            yield return new($"open a cache of {count:N0} segments, memory", memory, "MB", null);
            yield return new(
                $"open a cache of {count:N0} segments, allocated", Medians.Of(allocated) / count, "B/seg", null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SegmentStore Open(string folder) =>
        SegmentStore.Open(new() { Folder = folder }, TimeProvider.System, NullLogger.Instance);

    private void Fill(string folder)
    {
        using (SegmentStore store = Open(folder))
        {
            // Makes the folder and its index.
        }

        uint now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using (CacheIndex index = CacheIndex.Open(Path.Combine(folder, SegmentStore.IndexFile)))
        {
            for (int first = 0; first < count; first += Part)
            {
                index.Write([], [.. Enumerable.Range(first, Math.Min(Part, count - first)).Select(number => Describe(number, now))], 1, now);
            }

            index.End();
        }

        using CacheVolume volume = CacheVolume.Open(0, folder, long.MaxValue);
        for (int container = 0; container * SlotMap.PerContainer < count; container++)
        {
            using FileStream file = File.Create(volume.GetContainer(container));
            file.SetLength((long)SlotMap.PerContainer * CacheVolume.SlotSize);
        }
    }

    private static IndexRow Describe(int number, uint now)
    {
        byte[] id = RandomNumberGenerator.GetBytes(32);
        SegmentId.TryCreate(id, out SegmentId segment);
        return new()
        {
            Row = number + 1,
            Id = segment,
            Version = PeerContentVersion.V2,
            Length = SegmentLength,
            IsSealed = false,
            Volume = 0,
            Slot = number,
            Held = [1],
            Added = now,
            LastUsed = now,
            Stamp = 1,
            Description = new(PeerContentVersion.V2, 1)
            {
                Algorithm = PeerContentHash.TruncatedSha512,
                HashOfData = id,
                Secret = id,
            },
        };
    }
}

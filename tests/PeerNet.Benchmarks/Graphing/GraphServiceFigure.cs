using System.Collections.Concurrent;
using System.Diagnostics;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// Graphs of real nodes in one process: how long a record takes to the last of 16, how many records a second go through 8,
/// how fast a newcomer gets 100,000, and what these cost in memory. The limits are those promised; the figures of the record
/// store, which writes the same records without a network, stand beside.
/// </summary>
internal sealed class GraphServiceFigure : IFigure
{
    private const int RecordLength = 1024;
    private const double MaximumDelay = 60;
    private const double MinimumRate = 25_000;
    private const double MaximumMemory = 60;

    public string Name => "GraphService";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        double[] delays = await MeasureDelaysAsync(nodes: 16, records: 200);
        yield return new("Graph of 16 nodes, record to the last of them, p50", delays[delays.Length / 2], "ms", MaximumDelay);
        yield return new("Graph of 16 nodes, record to the last of them, p99", delays[delays.Length * 99 / 100], "ms", MaximumDelay);
        yield return new("Graph of 8 nodes, records of 1 KiB to all of them", await MeasureRateAsync(nodes: 8, records: 20_000), "records/s", MinimumRate);
        (double added, double rate, double memory) = await MeasureNewcomerAsync(records: 100_000);
        yield return new("Graph of 1 node, records of 1 KiB added", added, "records/s", null);
        yield return new("Graph, newcomer gets 100,000 records of 1 KiB", rate, "records/s", added);
        yield return new("Graph, memory of a newcomer with 100,000 records", memory, "MB", MaximumMemory);
    }

    private static async Task<double[]> MeasureDelaysAsync(int nodes, int records)
    {
        RealGraph[] graph = await RealGraph.OpenAsync(nodes);
        try
        {
            var arrivals = new ConcurrentDictionary<string, int>();
            TaskCompletionSource done = new();
            string wanted = "";
            foreach (RealGraph node in graph)
            {
                node.Arrived = change =>
                {
                    string text = change.Record?.Text ?? "";
                    if (arrivals.AddOrUpdate(text, 1, (_, count) => count + 1) == nodes && text == Volatile.Read(ref wanted))
                    {
                        done.TrySetResult();
                    }
                };
            }

            List<double> delays = [];
            for (int i = 0; i < records; i++)
            {
                done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref wanted, $"record {i}");
                long start = Stopwatch.GetTimestamp();
                await graph[i % nodes].AddAsync(System.Text.Encoding.UTF8.GetBytes(wanted));
                await done.Task.WaitAsync(TimeSpan.FromMinutes(1));
                delays.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            delays.Sort();
            return [.. delays];
        }
        finally
        {
            await DisposeAsync(graph);
        }
    }

    private static async Task<double> MeasureRateAsync(int nodes, int records)
    {
        RealGraph[] graph = await RealGraph.OpenAsync(nodes);
        try
        {
            long start = Stopwatch.GetTimestamp();
            await AddAsync(graph[0], records);
            while (graph.Any(node => node.Seen < records))
            {
                await Task.Delay(5);
            }

            return records / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            await DisposeAsync(graph);
        }
    }

    private static async Task<(double Added, double Rate, double Memory)> MeasureNewcomerAsync(int records)
    {
        RealGraph[] graph = await RealGraph.OpenAsync(1);
        await using var newcomer = new RealGraph();
        try
        {
            long start = Stopwatch.GetTimestamp();
            await AddAsync(graph[0], records);
            double added = records / Stopwatch.GetElapsedTime(start).TotalSeconds;
            long before = GC.GetTotalMemory(forceFullCollection: true);
            start = Stopwatch.GetTimestamp();
            await newcomer.JoinAsync(graph[0], "newcomer");
            double rate = records / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (await newcomer.CountAsync() < records)
            {
                throw new InvalidOperationException("The newcomer does not have all records.");
            }

            long memory = GC.GetTotalMemory(forceFullCollection: true) - before;
            return (added, rate, memory / 1e6);
        }
        finally
        {
            await DisposeAsync(graph);
        }
    }

    // As many at a time as a busy application would have.
    private static Task AddAsync(RealGraph node, int records)
    {
        byte[] data = new byte[RecordLength];
        return Parallel.ForEachAsync(
            Enumerable.Range(0, records),
            new ParallelOptions { MaxDegreeOfParallelism = 512 },
            async (_, _) => await node.AddAsync(data));
    }

    private static async Task DisposeAsync(RealGraph[] graph)
    {
        foreach (RealGraph node in graph)
        {
            await node.DisposeAsync();
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// Records of 1 KiB that one of 8 nodes publishes for many callers, and all keep in their databases. A delivery is one record
/// in the database of one of the seven others. The marks are what one socket sends to seven readers who do nothing with it,
/// and what SQLite alone inserts on one thread.
/// </summary>
internal sealed class FloodRateFigure : IFigure
{
    private const int NodeCount = 8;
    private const int Warm = 2_000;
    private const int Records = 40_000;
    private const double Wanted = 25_000;

    public string Name => $"Graph of {NodeCount} real nodes, throughput";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        double fanOut = await FanOutAsync();
        double insert = PlainDatabase.Insert(Records, RealGraph.PayloadLength);
        await using RealGraph graph = await RealGraph.StartAsync(NodeCount);
        await PublishAsync(graph, Warm);
        PeerGraph[] before = await graph.DescribeAsync();
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan time = await PublishAsync(graph, Records);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        PeerGraph[] after = await graph.DescribeAsync();
        int[] counts = await graph.CountAsync();

        double deliveries = Records * (NodeCount - 1) / time.TotalSeconds;
        yield return new($"{NodeCount} nodes, stored deliveries", deliveries, "1/s", Wanted);
        yield return new($"{NodeCount} nodes, beside raw fan-out", deliveries, "1/s", fanOut);
        yield return new($"{NodeCount} nodes, beside SQLite alone", deliveries, "1/s", insert);
        yield return new($"{NodeCount} nodes, records published", Records / time.TotalSeconds, "1/s", null);
        yield return new($"{NodeCount} nodes, allocated a delivery", allocated / (double)(Records * (NodeCount - 1)), "B", null);
        yield return new($"{NodeCount} nodes, duplicates a delivery", Duplicates(after, before), "", null);
        yield return new($"{NodeCount} nodes, records missing", counts.Sum(count => Warm + Records - count), "", 0);
        yield return new($"{NodeCount} nodes, slow readers", after.Sum(CountSlow), "", 0);
    }

    // Until all have all of them.
    private static async Task<TimeSpan> PublishAsync(RealGraph graph, int count)
    {
        int wanted = (await graph.DescribeAsync()).Max(node => node.Records) + count;
        long start = Stopwatch.GetTimestamp();
        await RealGraph.AddAsync(graph.Nodes[0], count);
        await RealGraph.WaitAsync(async () => (await graph.DescribeAsync()).All(node => node.Records >= wanted));
        return Stopwatch.GetElapsedTime(start);
    }

    private static double Duplicates(PeerGraph[] after, PeerGraph[] before) =>
        (after.Sum(node => node.Statistics!.RecordsDuplicate) - before.Sum(node => node.Statistics!.RecordsDuplicate))
        / (double)(Records * (NodeCount - 1));

    private static long CountSlow(PeerGraph node) =>
        node.Statistics!.Dropped.GetValueOrDefault(nameof(GraphDropReason.SlowReader));

    // 64 messages a write, as who sends many of them would.
    private static async Task<double> FanOutAsync()
    {
        const int batch = 64;
        const int batches = 4 * Records / batch;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        List<TcpClient> senders = [];
        List<Task> readers = [];
        for (int i = 1; i < NodeCount; i++)
        {
            var reader = new TcpClient();
            await reader.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
            senders.Add(await listener.AcceptTcpClientAsync());
            readers.Add(DrainAsync(reader));
        }

        byte[] messages = new byte[batch * RealGraph.PayloadLength];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < batches; i++)
        {
            foreach (TcpClient sender in senders)
            {
                await sender.GetStream().WriteAsync(messages);
            }
        }

        senders.ForEach(sender => sender.Dispose());
        await Task.WhenAll(readers);
        return batches * batch * (NodeCount - 1) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task DrainAsync(TcpClient client)
    {
        using TcpClient owned = client;
        byte[] buffer = new byte[64 * 1024];
        while (await owned.GetStream().ReadAsync(buffer) > 0)
        {
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// Records of 1 KiB that one of 8 nodes publishes for many callers, and all keep in their databases. A delivery is one record
/// in the database of one of the seven others. The marks are what one socket sends to seven readers who do nothing with it,
/// and what SQLite alone inserts on one thread, which takes turns with the graph.
/// </summary>
internal sealed class FloodRateFigure : IFigure
{
    private const int NodeCount = 8;
    private const int Rounds = 5;
    private const int Records = 10_000;

    // Until the compiler has done most of what it does.
    private const int Warm = 20_000;

    private const int Deliveries = Records * (NodeCount - 1);
    private const double Wanted = 25_000;

    public string Name => $"Graph of {NodeCount} real nodes, throughput";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        double fanOut = await FanOutAsync();
        await using RealGraph graph = await RealGraph.StartAsync(NodeCount);
        await PublishAsync(graph, Warm);
        PeerGraph[] before = await graph.DescribeAsync();
        var inserts = new Medians();
        var rates = new Medians();
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            inserts.Add(PlainDatabase.Insert(Records, RealGraph.PayloadLength));
            allocated -= GC.GetTotalAllocatedBytes();
            rates.Add(Deliveries / (await PublishAsync(graph, Records)).TotalSeconds);
            allocated += GC.GetTotalAllocatedBytes();
        }

        PeerGraph[] after = await graph.DescribeAsync();
        int[] counts = await graph.CountAsync();

        double deliveries = rates.Middle!.Value;
        yield return new($"{NodeCount} nodes, stored deliveries", deliveries, "1/s", Wanted);
        yield return new($"{NodeCount} nodes, beside raw fan-out", deliveries, "1/s", fanOut);
        yield return new($"{NodeCount} nodes, beside SQLite alone", deliveries, "1/s", inserts.Middle);
        yield return new($"{NodeCount} nodes, records published", deliveries / (NodeCount - 1), "1/s", null);
        yield return new($"{NodeCount} nodes, allocated a delivery", (double)allocated / Rounds / Deliveries, "B", null);
        yield return new($"{NodeCount} nodes, duplicates a delivery", Duplicates(after, before), "", null);
        yield return new($"{NodeCount} nodes, records missing", counts.Sum(count => Warm + (Rounds * Records) - count), "", 0);
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
        / ((double)Rounds * Deliveries);

    private static long CountSlow(PeerGraph node) =>
        node.Statistics!.Dropped.GetValueOrDefault(nameof(GraphDropReason.SlowReader));

    // 64 messages a write, as who sends many of them would.
    private static async Task<double> FanOutAsync()
    {
        const int batch = 64;
        const int batches = 16 * Records / batch;
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

using System.Diagnostics;
using PeerNet.Benchmarks.Graphing;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>
/// Records of 1 KiB that one of 8 members publishes for many callers: signed, flooded through TLS, judged and stored by all.
/// Beside it the same graph without security. A delivery is one record in the database of one of the seven others.
/// </summary>
internal sealed class GroupRateFigure : IFigure
{
    private const int NodeCount = 8;
    private const int Warm = 200;
    private const int Records = 3_000;

    // Callers that wait for their record at the same time, as a busy application has them.
    private const int Callers = 256;

    public string Name => $"Group of {NodeCount} real nodes, throughput";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        double plain;
        await using (RealGraph graph = await RealGraph.StartAsync(NodeCount))
        {
            plain = await MeasureAsync(() => RealGraph.AddAsync(graph.Nodes[0]), graph.DescribeAsync);
        }

        await using RealGroup group = await RealGroup.StartAsync(NodeCount);
        double secured = await MeasureAsync(() => group.AddAsync(group.Nodes[0]), group.DescribeAsync);
        PeerGraph[] after = await group.DescribeAsync();

        yield return new($"{NodeCount} nodes, no security, deliveries", plain, "1/s", null);
        yield return new($"{NodeCount} members, deliveries", secured, "1/s", plain);
        yield return new($"{NodeCount} members, lost to security", 100 * (1 - (secured / plain)), "%", null);
        yield return new($"{NodeCount} members, records rejected", after.Sum(CountRejected), "", 0);
    }

    private static async Task<double> MeasureAsync(Func<Task<PeerRecord>> add, Func<Task<PeerGraph[]>> describe)
    {
        await PublishAsync(Warm, add, describe);
        TimeSpan time = await PublishAsync(Records, add, describe);
        return Records * (NodeCount - 1) / time.TotalSeconds;
    }

    // Until all have all of them.
    private static async Task<TimeSpan> PublishAsync(int count, Func<Task<PeerRecord>> add, Func<Task<PeerGraph[]>> describe)
    {
        int wanted = (await describe()).Max(node => node.Records) + count;
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (_, _) => await add());
        await RealGraph.WaitAsync(async () => (await describe()).All(node => node.Records >= wanted));
        return Stopwatch.GetElapsedTime(start);
    }

    private static long CountRejected(PeerGraph node) =>
        node.Statistics!.Dropped.GetValueOrDefault(nameof(GraphDropReason.RejectedRecord));
}

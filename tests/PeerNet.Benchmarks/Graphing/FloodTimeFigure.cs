using System.Collections.Concurrent;
using System.Diagnostics;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>A record of 1 KiB from the call that publishes it, at each of 16 nodes in turn, to the event at the last node.
/// All nodes keep it in their databases before they pass it on.</summary>
internal sealed class FloodTimeFigure : IFigure
{
    private const int NodeCount = 16;
    private const int Warm = 50;
    private const int Records = 400;
    private const double Wanted = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, Arrivals> _arrivals = new();

    public string Name => $"Graph of {NodeCount} real nodes, flooding";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using RealGraph graph = await RealGraph.StartAsync(NodeCount);
        List<IDisposable> subscriptions = [.. graph.Nodes.Select(node => node.Subscribe(Take))];
        List<double> published = [];
        List<double> arrived = [];
        int missing = 0;
        for (int i = 0; i < Warm + Records; i++)
        {
            long start = Stopwatch.GetTimestamp();
            PeerRecord record = await RealGraph.AddAsync(graph.Nodes[i % NodeCount]);
            double add = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Arrivals arrivals = Get(record.Id);
            bool isComplete = await Task.WhenAny(arrivals.Last, Task.Delay(Patience)) == arrivals.Last;
            if (i >= Warm)
            {
                missing += isComplete ? 0 : 1;
                published.Add(add);
                arrived.Add(isComplete ? Stopwatch.GetElapsedTime(start, await arrivals.Last).TotalMilliseconds : double.NaN);
            }
        }

        subscriptions.ForEach(subscription => subscription.Dispose());
        int[] counts = await graph.CountAsync();
        published.Sort();
        arrived.Sort();
        yield return new($"{NodeCount} nodes, add a record, p50", Percentile(published, 0.5), "ms", null);
        yield return new($"{NodeCount} nodes, to the last node, p50", Percentile(arrived, 0.5), "ms", Wanted);
        yield return new($"{NodeCount} nodes, to the last node, p99", Percentile(arrived, 0.99), "ms", Wanted);
        yield return new($"{NodeCount} nodes, to the last node, worst", arrived[^1], "ms", null);
        yield return new($"{NodeCount} nodes, records late or missing", missing + counts.Sum(count => Warm + Records - count), "", 0);
    }

    private static double Percentile(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    private void Take(PeerEvent happened)
    {
        if (happened.Detail is PeerRecordChange { Change: PeerRecordChangeType.Added } change)
        {
            Get(change.RecordId).Add();
        }
    }

    private Arrivals Get(Guid id) => _arrivals.GetOrAdd(id, _ => new());

    private sealed class Arrivals
    {
        private readonly TaskCompletionSource<long> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        /// <summary>The time stamp of the last one.</summary>
        public Task<long> Last => _last.Task;

        public void Add()
        {
            if (Interlocked.Increment(ref _count) == NodeCount)
            {
                _last.SetResult(Stopwatch.GetTimestamp());
            }
        }
    }
}

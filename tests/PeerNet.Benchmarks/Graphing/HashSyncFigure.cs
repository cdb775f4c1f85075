using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>What it costs to find out that two databases of 100,000 records of 1 KiB differ in 10.</summary>
internal sealed class HashSyncFigure : IFigure
{
    private const int Records = 100_000;
    private const int Differences = 10;
    private const int PayloadLength = 1024;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    public string Name => "Graph hash synchronization";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        var graph = new SimulatedGraph(seed: 1);
        SimulatedGraphNode left = graph.Create();
        SimulatedGraphNode right = graph.Join();
        graph.RunFor(TimeSpan.FromSeconds(10));
        graph.Crash(right);
        long database = Fill(graph, left, right.Store);

        SimulatedGraphNode back = graph.Reopen(right);
        long before = graph.BytesSent;
        int synchronizations = back.Synchronizations;
        back.Do(machine => machine.Connect(back.Now, left.Endpoint));
        graph.RunUntil(() => back.Synchronizations > synchronizations, TimeSpan.FromMinutes(5));
        graph.RunFor(TimeSpan.FromSeconds(5));
        long bytes = graph.BytesSent - before;

        int missing = left.Store.Records.Count(record => record.Type == Type && back.Store.Find(record.Id) is null)
            + back.Store.Records.Count(record => record.Type == Type && left.Store.Find(record.Id) is null);
        yield return new($"{Name}, records missing", missing, "", 0);
        yield return new($"{Name}, {Differences} of {Records}", bytes, "bytes", database * 0.02);
        yield return new($"{Name}, share of the database", 100.0 * bytes / database, "%", 2);
    }

    // Half of the differences are on each side.
    private static long Fill(SimulatedGraph graph, SimulatedGraphNode left, MemoryRecordStore right)
    {
        long bytes = 0;
        PeerTime start = left.Machine.PeerNow - TimeSpan.FromDays(2);
        for (int i = 0; i < Records; i++)
        {
            PeerTime created = start + TimeSpan.FromSeconds(i);
            var record = new GraphRecord
            {
                Type = Type,
                Id = RecordIds.Create(Type, "peer-0", graph.Random),
                Version = 1,
                CreatorId = "peer-0",
                Created = created,
                Modified = created,
                Expires = created + TimeSpan.FromDays(30),
                GraphId = SimulatedGraph.GraphId,
                Payload = new byte[PayloadLength],
            };
            bytes += RecordCodec.GetLength(record);
            bool isDifference = i % (Records / Differences) == 5000;
            if (!isDifference || i % 20_000 < 10_000)
            {
                left.Store.Put(record);
            }

            if (!isDifference || i % 20_000 >= 10_000)
            {
                right.Put(record);
            }
        }

        return bytes;
    }
}

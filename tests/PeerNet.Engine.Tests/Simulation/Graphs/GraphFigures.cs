using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>
/// A graph in which nodes join, leave and crash, connections break and records are published, is cut in halves, lives on
/// in both for a while, and is healed.
/// </summary>
/// <param name="Nodes">Nodes at any time.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="Records">Records that differed between nodes, or might have, when the graph was healed.</param>
/// <param name="Healing">Seconds from healing until each living node had the final version of all of them, sorted.</param>
/// <param name="Missing">Nodes that never had.</param>
/// <param name="Topology">The topology 300 seconds after healing, in the midst of it all.</param>
/// <param name="Different">Nodes whose database differs from the first one's when it has become quiet.</param>
/// <param name="MeanDuplicates">Copies of a record beyond the first that a node gets, in quiet.</param>
/// <param name="MeanDegree">Neighbors of a node then.</param>
/// <param name="ExcessDuplicates">Records of which a node got more copies beyond the first than it has neighbors.</param>
/// <param name="BytesPerSecond">Bytes that a node sends in quiet.</param>
internal sealed record GraphFigures(
    int Nodes,
    ulong Seed,
    int Records,
    IReadOnlyList<double> Healing,
    int Missing,
    GraphTopology Topology,
    int Different,
    double MeanDuplicates,
    double MeanDegree,
    int ExcessDuplicates,
    double BytesPerSecond) : IPromise
{
    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");
    private static readonly Guid WatchedType = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a12");
    private const long SecondsPerNode = 5000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealingLimit = TimeSpan.FromSeconds(300);

    public double Percentile(double share) =>
        Healing.Count == 0 ? double.NaN : Healing[Math.Min(Healing.Count - 1, (int)(Healing.Count * share))];

    /// <inheritdoc/>
    public bool IsKept => Missing == 0 && Different == 0 && ExcessDuplicates == 0
        && Topology is { Components: 1, MaximumDegree: >= 2 and <= 7 };

    /// <param name="nodes">Nodes at any time.</param>
    /// <param name="seed">Where all chance comes from.</param>
    /// <param name="split">How long the halves are apart.</param>
    /// <param name="maximumPresence">How many nodes publish their presence.</param>
    /// <param name="clockErrors">How wrong their clocks are at the most; with wrong clocks some stand still, too.</param>
    public static GraphFigures Measure(
        int nodes, ulong seed, TimeSpan split, uint maximumPresence = uint.MaxValue, TimeSpan clockErrors = default)
    {
        SimulatedGraph graph = Populate(nodes, seed, maximumPresence, clockErrors);
        List<Guid> published = [];
        Live(graph, TimeSpan.FromMinutes(3), published);
        foreach (SimulatedGraphNode node in graph.Living)
        {
            node.Side = graph.Random.Next(2);
        }

        graph.Split();
        Live(graph, split, published);
        graph.Heal();

        Dictionary<Guid, GraphRecord> expected = Expect(graph, published);
        HashSet<SimulatedGraphNode> waiting = [.. graph.Living.Where(node => node.IsListening)];
        List<double> healing = [];
        TimeSpan healed = graph.Elapsed;
        while (graph.Elapsed - healed < HealingLimit)
        {
            Live(graph, Second, published);
            waiting.RemoveWhere(node => node.IsDead);
            foreach (SimulatedGraphNode node in waiting.Where(node => HasAll(node, expected)).ToArray())
            {
                waiting.Remove(node);
                healing.Add((graph.Elapsed - healed).TotalSeconds);
            }
        }

        GraphTopology topology = GraphTopology.Of(graph);
        graph.RunFor(TimeSpan.FromMinutes(5));
        int different = CountDifferent(graph);
        (double duplicates, double degree, int excess) = MeasureDuplicates(graph);
        healing.Sort();
        return new(
            nodes, seed, expected.Count, healing, waiting.Count, topology, different, duplicates, degree, excess,
            MeasureTraffic(graph));
    }

    /// <summary>A graph of so many nodes that has come to rest.</summary>
    public static SimulatedGraph Populate(
        int nodes, ulong seed, uint maximumPresence, TimeSpan clockErrors = default, TimeSpan? pause = null)
    {
        var graph = new SimulatedGraph(seed) { ClockErrors = clockErrors };
        graph.Create(properties => properties with { MaximumPresence = maximumPresence });
        for (int i = 1; i < nodes; i++)
        {
            graph.Join();
            graph.RunFor(pause ?? TimeSpan.FromMilliseconds(500));
        }

        graph.RunFor(TimeSpan.FromMinutes(10));
        return graph;
    }

    /// <summary>Bytes that a node sends in a second, in quiet.</summary>
    public static double MeasureTraffic(SimulatedGraph graph)
    {
        TimeSpan length = TimeSpan.FromMinutes(5);
        long before = graph.BytesSent;
        graph.RunFor(length);
        return (graph.BytesSent - before) / length.TotalSeconds / graph.Living.Count();
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        n = {Nodes}, seed {Seed}: {Records} records on all nodes after {Percentile(0.5):0} s (p50), {Percentile(0.9):0} s (p90),
        {Percentile(0.99):0} s (p99), {Percentile(1):0} s (max), {Missing} nodes missing; {Topology}; {Different} databases differ;
        {MeanDuplicates:0.00} duplicates at degree {MeanDegree:0.00}, {ExcessDuplicates} beyond; {BytesPerSecond:0} bytes/s
        """);

    // In a minute more than 1 % of the nodes go, half of them without a word, and others come; 5 % of all connections
    // break; and 30 records are added, changed or deleted.
    private static void Live(SimulatedGraph graph, TimeSpan duration, List<Guid> published)
    {
        for (TimeSpan end = graph.Elapsed + duration; graph.Elapsed < end;)
        {
            long second = (long)graph.Elapsed.TotalSeconds;
            if (second % 2 == 0)
            {
                Change(graph, published);
            }

            if (second % Math.Max(1, SecondsPerNode / graph.Living.Count()) == 0)
            {
                Replace(graph);
            }

            if (second % 60 == 0)
            {
                BreakSome(graph);
            }

            if (second % 10 == 0 && graph.ClockErrors > TimeSpan.Zero)
            {
                PauseOne(graph);
            }

            graph.RunFor(Second);
        }
    }

    private static void Change(SimulatedGraph graph, List<Guid> published)
    {
        SimulatedGraphNode[] ready = [.. graph.Living.Where(node => node.Machine.IsReady)];
        SimulatedGraphNode node = ready[graph.Random.Next(ready.Length)];
        Guid? changed = published.Count > 0 && graph.Random.Next(2) == 0
            ? published[graph.Random.Next(published.Count)]
            : null;
        if (changed is { } id && node.Store.Find(id) is { IsDeleted: false })
        {
            node.Do(machine =>
            {
                if (graph.Random.Next(5) == 0)
                {
                    machine.Delete(node.Now, id);
                }
                else
                {
                    machine.Update(node.Now, new RecordRevision { Id = id, Payload = new byte[] { 7, 8 } });
                }
            });
            return;
        }

        published.Add(node.Publish(Type, [1, 2, 3, 4]).Id);
    }

    private static void Replace(SimulatedGraph graph)
    {
        SimulatedGraphNode[] nodes = [.. graph.Living];
        SimulatedGraphNode going = nodes[graph.Random.Next(nodes.Length)];
        if (graph.Random.Next(2) == 0)
        {
            graph.Crash(going);
        }
        else
        {
            going.Leave();
        }

        graph.Join(side: going.Side);
    }

    private static void PauseOne(SimulatedGraph graph)
    {
        SimulatedGraphNode[] nodes = [.. graph.Living];
        graph.Pause(nodes[graph.Random.Next(nodes.Length)], graph.Random.NextTimeSpan(LongestPause));
    }

    private static void BreakSome(SimulatedGraph graph)
    {
        foreach (SimulatedStream stream in graph.Living.SelectMany(node => node.Streams.Values).Distinct().ToArray())
        {
            if (graph.Random.Next(20) == 0)
            {
                graph.Break(stream);
            }
        }
    }

    private static Dictionary<Guid, GraphRecord> Expect(SimulatedGraph graph, List<Guid> published)
    {
        Dictionary<Guid, GraphRecord> expected = [];
        foreach (Guid id in published)
        {
            foreach (SimulatedGraphNode node in graph.Living)
            {
                if (node.Store.Find(id) is { } record
                    && (!expected.TryGetValue(id, out GraphRecord? best) || RecordConflict.Compare(record, best) > 0))
                {
                    expected[id] = record;
                }
            }
        }

        return expected;
    }

    private static bool HasAll(SimulatedGraphNode node, Dictionary<Guid, GraphRecord> expected) =>
        expected.All(pair => node.Store.Find(pair.Key) is { } record && RecordConflict.Compare(record, pair.Value) >= 0);

    // What changed in the last seconds may still be under way.
    private static int CountDifferent(SimulatedGraph graph)
    {
        SimulatedGraphNode[] nodes = [.. graph.Living.Where(node => node.IsListening)];
        TimeSpan recent = TimeSpan.FromSeconds(20);
        HashSet<Guid> moving =
        [
            .. nodes.SelectMany(node => node.Store.Records
                .Where(record => record.Modified > node.Machine.PeerNow - recent
                    || record.Expires < node.Machine.PeerNow + recent)
                .Select(record => record.Id)),
        ];
        HashSet<RecordKey> first = Keys(nodes[0]);
        return nodes.Count(node => !Keys(node).SetEquals(first));

        HashSet<RecordKey> Keys(SimulatedGraphNode node) =>
            [.. node.Store.Records.Where(record => !moving.Contains(record.Id)).Select(record => record.Key)];
    }

    private static (double Duplicates, double Degree, int Excess) MeasureDuplicates(SimulatedGraph graph)
    {
        graph.WatchedType = WatchedType;
        SimulatedGraphNode[] nodes = [.. graph.Living.Where(node => node.IsListening)];
        for (int i = 0; i < 20; i++)
        {
            nodes[graph.Random.Next(nodes.Length)].Publish(WatchedType, [9]);
        }

        graph.RunFor(TimeSpan.FromSeconds(5));
        graph.WatchedType = null;
        int excess = nodes.Sum(node => node.Deliveries.Values.Count(copies => copies - 1 > node.Machine.NeighborCount));
        return (
            nodes.SelectMany(node => node.Deliveries.Values).Average(copies => copies - 1.0),
            nodes.Average(node => node.Machine.NeighborCount),
            excess);
    }
}

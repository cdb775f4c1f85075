using System.Globalization;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>How records spread in a graph at rest.</summary>
/// <param name="Nodes">Nodes.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="Topology">Who is whose neighbor.</param>
/// <param name="Median">Seconds until a record was on the last node, for half of the records.</param>
/// <param name="Longest">That of the slowest one.</param>
/// <param name="Frames">Frames with a record that a node gets for it.</param>
/// <param name="Missing">How often a node had not got a record in the end.</param>
internal sealed record SpreadFigures(
    int Nodes, ulong Seed, GraphTopology Topology, double Median, double Longest, double Frames, int Missing) : IPromise
{
    private const int Records = 20;
    private const uint Presence = 100;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a13");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Joining = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public bool IsKept => Missing == 0 && Topology.Components == 1;

    public static SpreadFigures Measure(int nodes, ulong seed)
    {
        SimulatedGraph graph = GraphFigures.Populate(nodes, seed, Presence, pause: Joining / nodes);
        graph.WatchedType = Type;
        SimulatedGraphNode[] listening = [.. graph.Living.Where(node => node.IsListening)];
        List<double> times = [];
        int missing = 0;
        for (int i = 0; i < Records; i++)
        {
            HashSet<int> have = [];
            TimeSpan start = graph.Elapsed;
            TimeSpan last = start;
            graph.RecordSeen = (node, record) =>
            {
                if (record.Type == Type && have.Add(node.Index))
                {
                    last = graph.Elapsed;
                }
            };
            listening[graph.Random.Next(listening.Length)].Publish(Type, [1]);
            graph.RunFor(Pause);
            times.Add((last - start).TotalSeconds);
            missing += listening.Count(node => !have.Contains(node.Index));
        }

        double frames = listening.SelectMany(node => node.Deliveries.Values).Average();
        times.Sort();
        return new(nodes, seed, GraphTopology.Of(graph), times[Records / 2], times[^1], frames, missing);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"n = {Nodes}, seed {Seed}: a record is on the last node after {Median:0.00} s (p50), {Longest:0.00} s (max), {Frames:0.00} frames a node, {Missing} missing; {Topology}");
}

using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>A few hosts that a firewall cuts in halves, and then no longer.</summary>
public sealed class HealingTests(ITestOutputHelper output)
{
    private const int Seeds = 60;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    /// <summary>As long as an attempt to connect may hang, and as one may wait for the next.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 60)]
    [InlineData(6, 0)]
    [InlineData(6, 100)]
    [InlineData(10, 0)]
    [InlineData(10, 300)]
    public void The_halves_find_each_other_within_a_minute(int hosts, int more)
    {
        List<(ulong Seed, TimeSpan Time)> times =
            [.. Enumerable.Range(1, Seeds).Select(seed => ((ulong)seed, Measure((ulong)seed, hosts, TimeSpan.FromSeconds(more))))];
        TimeSpan[] sorted = [.. times.Select(time => time.Time).Order()];
        output.WriteLine(
            $"{hosts} hosts, {more} s: median {sorted[Seeds / 2].TotalSeconds:0} s, last {sorted[^1].TotalSeconds:0} s "
            + $"(seed {times.MaxBy(time => time.Time).Seed})");

        Assert.All(times, time => Assert.True(time.Time < Limit, $"seed {time.Seed}: {time.Time}"));
    }

    private static TimeSpan Measure(ulong seed, int hosts, TimeSpan more)
    {
        var graph = new SimulatedGraph(seed);
        SimulatedGraphNode creator = graph.Create();
        for (int i = 1; i < hosts; i++)
        {
            graph.Join(creator, side: 0);
            graph.RunFor(TimeSpan.FromSeconds(5));
        }

        foreach (SimulatedGraphNode node in graph.Nodes)
        {
            node.Side = node.Index < hosts / 2 ? 0 : 1;
        }

        graph.Split();
        GraphRecord near = graph.Nodes[0].Publish(Type, [1]);
        GraphRecord far = graph.Nodes[^1].Publish(Type, [2]);
        Assert.True(graph.RunUntil(() => !IsLinkedAcross(graph), TimeSpan.FromMinutes(10)), $"seed {seed}");
        graph.RunFor(more);
        graph.Heal();
        TimeSpan start = graph.Elapsed;
        Assert.True(
            graph.RunUntil(() => graph.Nodes.All(node => Has(node, near) && Has(node, far)), TimeSpan.FromMinutes(20)),
            $"seed {seed}");
        return graph.Elapsed - start;
    }

    private static bool Has(SimulatedGraphNode node, GraphRecord record) => node.Store.Find(record.Id) is not null;

    private static bool IsLinkedAcross(SimulatedGraph graph) => graph.Nodes.Any(node =>
        node.Machine.ListConnections().Any(link =>
            link.State == LinkState.Connected
            && graph.Nodes.First(other => other.Machine.NodeId == link.NodeId).Side != node.Side));
}

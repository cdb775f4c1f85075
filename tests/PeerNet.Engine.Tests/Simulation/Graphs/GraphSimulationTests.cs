using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Records;
using Xunit.Abstractions;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

public sealed class GraphSimulationTests(ITestOutputHelper output)
{
    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nodes_that_join_one_by_one_get_all_records_and_a_sound_topology(ulong seed)
    {
        var graph = new SimulatedGraph(seed);
        SimulatedGraphNode creator = graph.Create();
        GraphRecord first = graph.Publish(creator, Type, [1, 2, 3]);
        for (int i = 1; i < 60; i++)
        {
            graph.Join();
            graph.RunFor(TimeSpan.FromSeconds(2));
        }

        graph.RunFor(TimeSpan.FromMinutes(12));
        GraphTopology topology = GraphTopology.Of(graph);
        output.WriteLine($"seed {seed}: {topology}");

        Assert.All(graph.Living, node => Assert.NotNull(node.Store.Find(first.Id)));
        Assert.Equal(1, topology.Components);
        Assert.InRange(topology.MinimumDegree, 2, 7);
        Assert.InRange(topology.MaximumDegree, 2, 7);
        Assert.InRange(topology.MeanPath, 1, 2 * Math.Log(60, 3));
        ulong lowest = graph.Living.Min(node => node.Machine.NodeId);
        Assert.All(graph.Living, node => Assert.Equal(lowest, node.Machine.Signature));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Halves_that_were_cut_apart_have_one_database_again_after_five_minutes(ulong seed)
    {
        GraphFigures figures = GraphFigures.Measure(nodes: 80, seed, split: TimeSpan.FromMinutes(8));
        output.WriteLine(figures.ToString());

        Assert.True(figures.Missing == 0, figures.ToString());
        Assert.True(figures.Different == 0, figures.ToString());
        Assert.Equal(1, figures.Topology.Components);
        Assert.InRange(figures.Topology.MaximumDegree, 2, 7);
        Assert.Equal(0, figures.ExcessDuplicates);
    }
}

using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
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
        GraphRecord first = creator.Publish(Type, [1, 2, 3]);
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
    [InlineData(21)]
    [InlineData(22)]
    public void Machines_that_have_one_address_in_common_become_one_graph_all_the_same(ulong seed)
    {
        output.WriteLine($"seed {seed}");
        var graph = new SimulatedGraph(seed) { HasEqualAddresses = true };
        SimulatedGraphNode creator = graph.Create();
        GraphRecord first = creator.Publish(Type, [1, 2, 3]);
        for (int i = 1; i < 20; i++)
        {
            graph.Join();
            graph.RunFor(TimeSpan.FromSeconds(2));
        }

        graph.RunFor(TimeSpan.FromMinutes(12));
        GraphTopology topology = GraphTopology.Of(graph);

        Assert.All(graph.Living, node => Assert.NotNull(node.Store.Find(first.Id)));
        Assert.Equal(1, topology.Components);
        Assert.InRange(topology.MinimumDegree, 2, 7);
    }

    [Theory]
    [InlineData(3, 8)]
    [InlineData(4, 2)]
    [InlineData(5, 20)] // longer than any contact record of the other half lives
    public void Halves_that_were_cut_apart_have_one_database_again_after_five_minutes(ulong seed, int minutes)
    {
        GraphFigures figures = GraphFigures.Measure(nodes: 80, seed, split: TimeSpan.FromMinutes(minutes));
        output.WriteLine(figures.ToString());

        Assert.True(figures.IsKept, figures.ToString());
    }

    [Theory]
    [InlineData(1)]
    public void Clocks_that_are_hours_off_and_nodes_that_stand_still_change_nothing_of_that(ulong seed)
    {
        GraphFigures figures = GraphFigures.Measure(
            nodes: 40, seed, split: TimeSpan.FromMinutes(4), clockErrors: TimeSpan.FromHours(3));
        output.WriteLine(figures.ToString());

        Assert.True(figures.IsKept, figures.ToString());
    }

    [Fact]
    public void A_node_that_comes_back_gets_what_has_happened_meanwhile()
    {
        var graph = new SimulatedGraph(seed: 9);
        SimulatedGraphNode creator = graph.Create();
        for (int i = 1; i < 10; i++)
        {
            graph.Join();
            graph.RunFor(TimeSpan.FromSeconds(2));
        }

        GraphRecord[] records = [.. Enumerable.Range(0, 500).Select(_ => creator.Publish(Type, new byte[100]))];
        graph.RunFor(TimeSpan.FromMinutes(10));
        SimulatedGraphNode node = graph.Nodes[5];
        (TimeSpan delta, PeerTime? last) = (node.Machine.PeerTimeDelta, node.Machine.LastConnected);
        node.Leave();
        graph.RunFor(TimeSpan.FromMinutes(10));
        GraphRecord added = creator.Publish(Type, [1]);
        creator.Do(machine => machine.Update(creator.Now, new RecordRevision { Id = records[3].Id, Payload = new byte[] { 2 } }));
        creator.Do(machine => machine.Delete(creator.Now, records[4].Id));
        graph.RunFor(TimeSpan.FromMinutes(10));

        SimulatedGraphNode back = graph.Reopen(node, delta, last);
        long before = graph.BytesSent;
        back.Do(machine => machine.Connect(back.Now, creator.Endpoint));
        Assert.True(graph.RunUntil(() => back.Synchronizations > 0, TimeSpan.FromSeconds(30)));

        Assert.NotNull(back.Store.Find(added.Id));
        Assert.Equal(2U, back.Store.Find(records[3].Id)!.Version);
        Assert.True(back.Store.Find(records[4].Id)!.IsDeleted);
        Assert.InRange(graph.BytesSent - before, 0, 20_000);
    }
}

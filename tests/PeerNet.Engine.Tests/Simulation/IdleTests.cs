using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>Machines that have nothing to do are woken for nothing but the periods of the specifications.</summary>
public sealed class IdleTests
{
    // MS-PNRP note 1: every 10 seconds it looks for others, by link and by seeds, and waits a while for who answers.
    [Fact]
    public void A_node_that_is_alone_is_woken_to_look_for_others_only()
    {
        using var network = new SimulatedNetwork(1);
        SimulatedNode node = network.AddNamedNode();
        network.RunFor(TimeSpan.FromMinutes(10));
        int before = node.Wakes;

        network.RunFor(TimeSpan.FromHours(1));

        Assert.InRange(node.Wakes - before, 1, 2 * TimeSpan.FromHours(1) / PnrpLimits.SparseMaintenanceInterval);
    }

    // Every 30 seconds it looks for others, and once a minute at most for what is its own.
    [Fact]
    public void A_graph_of_one_node_is_woken_to_look_for_others_and_to_be_seen()
    {
        var graph = new SimulatedGraph(1);
        SimulatedGraphNode node = graph.Create(properties => properties);
        graph.RunFor(TimeSpan.FromMinutes(10));
        int before = node.Wakes;

        graph.RunFor(TimeSpan.FromHours(1));

        Assert.InRange(node.Wakes - before, 1, 60 + (TimeSpan.FromHours(1) / GraphOptions.IsolatedMaintenanceInterval));
    }
}

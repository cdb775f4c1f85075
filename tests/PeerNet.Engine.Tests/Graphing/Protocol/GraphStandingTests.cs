using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class GraphStandingTests
{
    private readonly GraphCore _core;
    private readonly GraphStanding _standing;

    public GraphStandingTests()
    {
        _core = new(new() { GraphId = "G", PeerId = "me" }, new(), new MemoryRecordStore(), new SeededRandom(1));
        _standing = new(_core);
    }

    [Fact]
    public void A_graph_is_opened_once_and_left_for_good()
    {
        _standing.RequireNew();
        Assert.Equal(PeerErrors.InvalidGraph, Assert.Throws<PeerException>(_standing.RequireOpen).Error);

        _standing.Begin(default, TimeSpan.Zero);
        _standing.RequireOpen();
        Assert.Equal(PeerErrors.InvalidGraph, Assert.Throws<PeerException>(_standing.RequireNew).Error);

        _standing.End();
        Assert.Equal(PeerErrors.GraphShuttingDown, Assert.Throws<PeerException>(_standing.RequireOpen).Error);
    }

    [Fact]
    public void The_status_is_told_when_it_has_changed_and_only_then()
    {
        _standing.Begin(default, TimeSpan.Zero);
        _standing.Tell();
        Assert.Empty(_core.Output.Take());

        _core.HasSynchronized = true;
        _standing.Tell();
        _standing.Tell();
        Assert.IsType<GraphDeed.StatusChanged>(Assert.Single(_core.Output.Take()).Deed);
        Assert.Equal(PeerGraphStatus.Synchronized, _standing.Status);

        _standing.End();
        _standing.Tell();
        Assert.Equal(PeerGraphStatus.None, _standing.Status);
    }
}

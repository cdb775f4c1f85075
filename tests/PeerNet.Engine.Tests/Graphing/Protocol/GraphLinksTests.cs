using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>Connections as the machine keeps them.</summary>
public sealed class GraphLinksTests
{
    private const int Limit = 1 << 16;

    private readonly PartBench _bench = new(new GraphOptions
    {
        MaximumQueuedBytes = Limit,
        PublishingWindow = Limit / 2,
        SynchronizationWindow = Limit / 2,
        MaximumConnections = 7,
        MaximumPendingConnections = 4,
        MaximumPendingPerSource = 2,
        CrowdedPendingPerSource = 1,
    });

    private readonly List<(int Link, ConnectionEnd End, FormerLink Former)> _ended = [];
    private readonly GraphLinks _links;

    public GraphLinksTests() => _links = new(_bench.Core, (link, end, former) => _ended.Add((link.Id, end, former)));

    [Fact]
    public void One_source_gets_a_few_places_before_it_has_said_who_it_is()
    {
        Assert.NotNull(_links.Accept(GraphBench.EndpointOf(1)));
        Assert.NotNull(_links.Accept(GraphBench.EndpointOf(1)));
        Assert.Null(_links.Accept(GraphBench.EndpointOf(1)));
        Assert.Equal(1, _bench.Core.Counters.Read().Dropped[nameof(GraphDropReason.Limit)]);
    }

    [Fact]
    public void Who_lets_too_much_wait_is_closed_when_the_call_ends()
    {
        GraphLink link = NewNeighbor(5);
        while (link.Queued <= Limit)
        {
            _links.Send(link, new byte[1000]);
        }

        _links.Send(link, new byte[1000]);
        _links.Send(link, new byte[1000]);
        Assert.Empty(_ended);

        _links.Settle();
        Assert.Equal([(link.Id, ConnectionEnd.TooSlow, new FormerLink(IsNeighbor: true, IsConnecting: false))], _ended);
        Assert.Equal(1, _bench.Core.Counters.Read().Dropped[nameof(GraphDropReason.SlowReader)]);
        Assert.Empty(_bench.Core.Neighbors);
    }

    [Fact]
    public void Publishers_wait_for_a_neighbor_that_lags_behind_and_no_longer_than_patience_lasts()
    {
        GraphLink link = NewNeighbor(5);
        Assert.Equal(TimeSpan.MinValue, _links.PublishingResumes);

        _links.Send(link, new byte[(Limit / 2) + 1]);
        Assert.Equal(_bench.Core.Elapsed + _bench.Core.Options.PublishingPatience, _links.PublishingResumes);

        _links.Sent(link, 1);
        Assert.Equal(TimeSpan.MinValue, _links.PublishingResumes);
    }

    [Fact]
    public void One_message_may_be_larger_than_all_that_may_wait()
    {
        GraphLink link = NewNeighbor(5);
        _links.Send(link, new byte[2 * Limit]);
        _links.Send(link, new byte[10]);
        _links.Settle();
        Assert.Empty(_ended);
    }

    [Fact]
    public void A_neighbor_is_told_whom_else_to_ask_when_it_has_to_go()
    {
        GraphLink first = NewNeighbor(5);
        NewNeighbor(6);

        _links.Drop(first, ConnectionEnd.LeastUseful, DisconnectReason.LeastUseful);

        GraphDeed.Close close = Assert.Single(_bench.Deeds.OfType<GraphDeed.Close>());
        Assert.True(close.Flush);
        Assert.True(DisconnectMessage.TryRead(close.Farewell.Span, out DisconnectMessage? farewell));
        Assert.Equal([GraphBench.EndpointOf(6)], farewell.Referrals);
        Assert.True(_bench.Core.IsMaintenanceWanted);
    }

    [Fact]
    public void The_last_neighbor_leaves_the_time_up_to_which_the_database_is_good()
    {
        GraphLink link = NewNeighbor(5);
        _bench.Pass(TimeSpan.FromMinutes(3));
        _links.Closed(link, ConnectionEnd.Lost);

        Assert.Equal(_bench.Core.PeerNow, _bench.Core.LastConnected);
        Assert.Null(_links.Find(link.Id));
        Assert.Empty(_links.All);
    }

    [Fact]
    public void An_attempt_that_came_to_nothing_is_told()
    {
        GraphLink link = _links.Dial(GraphBench.EndpointOf(9), peerId: null, isDirect: false);
        Assert.True(_links.IsLinked(GraphBench.EndpointOf(9)));
        Assert.True(_links.IsDialled(GraphBench.EndpointOf(9)));

        _links.Closed(link, ConnectionEnd.NobodyListens);

        Assert.Equal([(link.Id, ConnectionEnd.NobodyListens, new FormerLink(IsNeighbor: false, IsConnecting: true))], _ended);
        Assert.Contains(
            _bench.Deeds, deed => deed is GraphDeed.ConnectionChanged { Change: PeerConnectionChangeType.Failed });
    }

    private GraphLink NewNeighbor(int host)
    {
        GraphLink link = _links.Add(isInitiator: false, GraphBench.EndpointOf(host));
        link.State = LinkState.Connected;
        link.NodeId = (ulong)host;
        link.Endpoints = [GraphBench.EndpointOf(host)];
        _bench.Core.Neighbors.Add(link);
        return link;
    }
}

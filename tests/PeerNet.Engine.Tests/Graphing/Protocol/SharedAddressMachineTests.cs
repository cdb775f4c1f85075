using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>
/// Hosts that have one address in common, as all do that run containers: it does not make one of them the other. Who
/// somebody is, node ids say.
/// </summary>
public sealed class SharedAddressMachineTests
{
    private static readonly GraphEndpoint Shared = new(new Bits128(0, 0xFFFF_AC11_0001), 3587);

    private readonly GraphBench _bench = GraphBench.Created();

    public SharedAddressMachineTests() => _bench.Machine.Listen(_bench.Now, [Shared, GraphBench.Local]);

    [Fact]
    public void A_present_node_with_an_own_address_is_connected_to_at_its_other_one()
    {
        int neighbor = _bench.AddNeighbor(5);
        _bench.Flood(neighbor, Presence(70, Shared, GraphBench.EndpointOf(170)));

        _bench.Advance(TimeSpan.FromSeconds(60));

        Assert.NotEmpty(_bench.Dials);
        Assert.All(_bench.Dials, dial => Assert.Equal(GraphBench.EndpointOf(170), dial.Endpoint));
    }

    [Fact]
    public void A_present_node_with_an_address_of_a_neighbor_is_another_node()
    {
        GraphEndpoint common = GraphBench.EndpointOf(900);
        int neighbor = Neighbor(5, common, GraphBench.EndpointOf(1005));
        _bench.Flood(neighbor, Presence(70, common, GraphBench.EndpointOf(170)));

        _bench.Advance(TimeSpan.FromSeconds(60));

        Assert.NotEmpty(_bench.Dials);
        Assert.All(_bench.Dials, dial => Assert.Equal(GraphBench.EndpointOf(170), dial.Endpoint));
    }

    [Fact]
    public void A_node_with_own_addresses_alone_cannot_be_connected_to()
    {
        int neighbor = _bench.AddNeighbor(5);
        _bench.Flood(neighbor, Presence(70, Shared));

        _bench.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(_bench.Dials);
    }

    [Fact]
    public void Others_are_referred_to_the_address_at_which_a_neighbor_is_connected()
    {
        Neighbor(5, Shared, GraphBench.EndpointOf(105));

        int other = _bench.Accept(host: 106);
        _bench.Receive(other, new ConnectMessage { NodeId = 6, WantsNeighbors = true, Endpoints = [GraphBench.EndpointOf(106)] });

        Assert.True(WelcomeMessage.TryRead(_bench.Take(other, GraphMessageType.Welcome), out WelcomeMessage welcome));
        Assert.Equal([GraphBench.EndpointOf(105)], welcome.Referrals);
    }

    [Fact]
    public void A_lost_node_is_looked_for_where_this_one_is_not()
    {
        var lost = new LostNodes();
        lost.Add(new KnownNode(Guid.Empty, 70, "p", [Shared, GraphBench.EndpointOf(170)], "", 0), TimeSpan.Zero);

        Assert.True(lost.TryPick(new SeededRandom(1), TimeSpan.Zero, endpoint => endpoint != Shared, out DialTarget found));
        Assert.Equal(new(GraphBench.EndpointOf(170), "p"), found);
    }

    private int Neighbor(ulong nodeId, params GraphEndpoint[] endpoints)
    {
        int link = _bench.Accept(host: 100 + (int)nodeId);
        _bench.Receive(link, new ConnectMessage { NodeId = nodeId, WantsNeighbors = true, Endpoints = endpoints });
        _bench.Take(link, GraphMessageType.Welcome);
        return link;
    }

    private GraphRecord Presence(ulong nodeId, params GraphEndpoint[] endpoints) =>
        _bench.NewRecord(RecordTypes.Presence, 1, new PresencePayload(nodeId, "", endpoints).Encode());
}

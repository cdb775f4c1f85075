using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>What nodes owe each other beyond the first handshake.</summary>
public sealed class NeighborlinessMachineTests
{
    // MS-PPGRH 3.1.5.2.1
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connect_of_another_kind_than_its_auth_info_is_refused(bool isDirect)
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.Accept(isDirect);

        bench.Receive(link, new ConnectMessage { IsDirect = !isDirect, NodeId = 5, Endpoints = [] });

        byte[] farewell = Assert.Single(bench.Closes, closed => closed.Link == link).Farewell;
        Assert.True(RefuseMessage.TryRead(farewell, out RefuseMessage refuse));
        Assert.Equal(RefuseCode.DirectConnectionDisallowed, refuse.Code);
    }

    // MS-PPGRH 3.1.7.25
    [Fact]
    public void Who_leaves_tells_every_neighbor_of_all_others()
    {
        GraphBench bench = GraphBench.Created();
        for (ulong node = 5; node < 9; node++)
        {
            bench.AddNeighbor(node);
        }

        bench.Machine.Close(bench.Now);

        Assert.Equal(4, bench.Closes.Count);
        Assert.All(bench.Closes, closed =>
        {
            Assert.True(DisconnectMessage.TryRead(closed.Farewell, out DisconnectMessage farewell));
            Assert.Equal(3, farewell.Referrals.Count);
        });
    }

    [Fact]
    public void A_node_that_has_said_that_it_is_busy_is_left_in_peace_and_then_asked_again()
    {
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Authenticated(bench.Now, link, null);
        bench.Receive(link, new RefuseMessage { Code = RefuseCode.Busy });

        bench.Advance(BusyNodes.Peace - TimeSpan.FromSeconds(1));
        Assert.Single(bench.Dials);
        bench.Advance(TimeSpan.FromSeconds(30));

        Assert.True(bench.Dials.Count > 1);
    }

    // MS-PPGRH 3.1.7.24
    [Fact]
    public void Auth_info_names_the_peer_that_is_known_to_be_there()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);

        bench.Flood(link, bench.NewPresence(30, 30));
        bench.Advance(TimeSpan.FromMinutes(6));

        (int _, GraphEndpoint endpoint, _, byte[] message) = bench.Dials[0];
        Assert.Equal(GraphBench.EndpointOf(30), endpoint);
        Assert.True(AuthInfoMessage.TryRead(message, out AuthInfoMessage authInfo));
        Assert.Equal("other", authInfo.DestinationPeerId);
    }

    [Fact]
    public void A_node_that_opens_an_old_database_asks_who_comes_what_has_happened()
    {
        GraphBench bench = RecordMachineTests.Joined();
        Assert.False(bench.Machine.Status.HasFlag(PeerGraphStatus.Synchronized));

        int link = bench.AddNeighbor(5);
        Assert.Equal(1, bench.CountSent(link, GraphMessageType.SolicitHash));
        bench.Receive(link, new AdvertiseMessage { Boundaries = [], Abstracts = [] });
        bench.Receive(link, new SyncEndMessage(IsFinal: true));
        Assert.True(bench.Machine.Status.HasFlag(PeerGraphStatus.Synchronized));

        // Once is enough: from then on, who comes does what is to be done.
        Assert.Equal(0, bench.CountSent(bench.AddNeighbor(6), GraphMessageType.SolicitHash));
    }

    [Fact]
    public void A_neighbor_that_vanished_without_a_word_is_looked_for_soon_however_many_others_there_are()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        for (ulong node = 6; node < 10; node++)
        {
            bench.AddNeighbor(node);
        }

        bench.Machine.Closed(bench.Now, link, ConnectionEnd.Lost);
        bench.Advance(GraphOptions.IsolatedMaintenanceInterval);

        Assert.Contains(bench.Dials, dial => dial.Endpoint == GraphBench.EndpointOf(1005));
    }

    /// <summary>What somebody else than the creator makes of the graph's properties.</summary>
    [Theory]
    [InlineData("other", "thief", "mine", false)]
    [InlineData("thief", "", "mine", false)]
    [InlineData("thief", "thief", "mine", false)]
    [InlineData("thief", "thief", "", false)]
    [InlineData("other", "thief", "", true)] // It does no more than renew them.
    [InlineData("other", "other", "mine", true)]
    public void Properties_are_taken_from_their_creator_alone(string creator, string modifier, string name, bool isTaken)
    {
        GraphBench bench = RecordMachineTests.Joined();
        GraphRecord before = bench.Store.Find(RecordTypes.GraphInfoId)!;
        GraphRecord after = before with
        {
            Version = 9,
            CreatorId = creator,
            ModifierId = modifier,
            Modified = new(before.Modified.Ticks + 1),
            Expires = bench.Machine.PeerNow + TimeSpan.FromSeconds(300),
            Payload = GraphInfoPayload.Encode(bench.Machine.Properties! with { FriendlyName = name }),
        };

        bench.Flood(bench.AddNeighbor(5), after);

        Assert.Equal(isTaken, bench.Store.Find(RecordTypes.GraphInfoId)!.Version == 9);
        Assert.Equal(isTaken ? name : "", bench.Machine.Properties!.FriendlyName);
        Assert.Equal(isTaken ? 0 : 1, bench.Dropped(GraphDropReason.InvalidRecord));
    }

    // MS-PPGRH 2.2.3.1 has the scopes 1 to 3.
    [Fact]
    public void A_graph_of_one_machine_travels_as_one_of_a_link()
    {
        var properties = new GraphProperties { GraphId = "G", CreatorId = "me", Scope = PeerGraphScope.Loopback };

        byte[] payload = GraphInfoPayload.Encode(properties);

        Assert.Equal([0, 0, 0, 3], payload[8..12]);
        Assert.True(GraphInfoPayload.TryRead(payload, "G", out GraphProperties read));
        Assert.Equal(properties, read);
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class HandshakeMachineTests
{
    [Fact]
    public void Who_connects_sends_auth_info_then_connect_and_is_welcomed()
    {
        GraphBench bench = GraphBench.Created();

        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60), "other");
        Assert.True(AuthInfoMessage.TryRead(Assert.Single(bench.Dials).AuthInfo, out AuthInfoMessage authInfo));
        Assert.Equal(
            ("G", "me", "other", false),
            (authInfo.GraphId, authInfo.SourcePeerId, authInfo.DestinationPeerId, authInfo.IsDirect));
        bench.Machine.Authenticated(bench.Now, link, "other");

        Assert.True(ConnectMessage.TryRead(bench.Take(link), out ConnectMessage connect));
        Assert.Equal(bench.Machine.NodeId, connect.NodeId);
        Assert.Equal([GraphBench.Local], connect.Endpoints);
        bench.Receive(link, new WelcomeMessage { NodeId = 5, PeerId = "other", PeerTime = bench.Machine.PeerNow });

        Assert.Equal(LinkState.Connected, bench.Machine.FindConnection(link)?.State);
        Assert.Equal(PeerGraphStatus.HasConnections | PeerGraphStatus.Listening | PeerGraphStatus.Synchronized, bench.Machine.Status);
        Assert.Equal(PeerConnectionChangeType.Connected, Assert.Single(bench.Connections).Change);

        // MS-PPGRH 3.1.5.2.2: a ping to find dead connections.
        Assert.True(PointToPointMessage.TryRead(bench.Take(link, GraphMessageType.PointToPoint), out PointToPointMessage ping));
        Assert.Equal(PointToPointMessage.Ping, ping.DataType);
    }

    // Figure 4; the text of MS-PPGRH 3.1.5.2.1 says "authenticated".
    [Fact]
    public void The_responder_is_connected_when_it_has_sent_welcome()
    {
        GraphBench bench = GraphBench.Created();

        int link = bench.AddNeighbor(5, takeWelcome: false);

        Assert.True(WelcomeMessage.TryRead(bench.Take(link), out WelcomeMessage welcome));
        Assert.Equal(
            (bench.Machine.NodeId, "me", bench.Machine.PeerNow),
            (welcome.NodeId, welcome.PeerId, welcome.PeerTime));
        Assert.Equal(LinkState.Connected, bench.Machine.FindConnection(link)?.State);
        Assert.Equal(1, bench.Machine.NeighborCount);
    }

    // MS-PPGRH 3.1.5.1.2 has the bit the other way round.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Neighbors_are_asked_for_on_neighbor_connections_only(bool isDirect)
    {
        GraphBench bench = GraphBench.Created();
        int link = isDirect
            ? bench.Machine.OpenDirect(bench.Now, GraphBench.EndpointOf(60))
            : bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Authenticated(bench.Now, link, null);

        Assert.True(ConnectMessage.TryRead(bench.Take(link), out ConnectMessage connect));
        Assert.Equal((isDirect, !isDirect), (connect.IsDirect, connect.WantsNeighbors));
    }

    [Fact]
    public void Welcome_names_neighbors_if_they_are_asked_for()
    {
        GraphBench bench = GraphBench.Created();
        bench.AddNeighbor(5);

        Assert.True(WelcomeMessage.TryRead(bench.Take(bench.AddNeighbor(6, takeWelcome: false)), out WelcomeMessage welcome));

        Assert.Equal([GraphBench.EndpointOf(1005)], welcome.Referrals);
    }

    [Theory]
    [InlineData("X", null)]
    [InlineData("G", "you")]
    public void Auth_info_for_another_graph_or_node_ends_the_connection(string graphId, string? destination)
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.Machine.Accept(bench.Now, GraphBench.EndpointOf(50))!.Value;

        bench.Receive(
            link,
            new AuthInfoMessage { GraphId = graphId, SourcePeerId = "other", DestinationPeerId = destination });

        Assert.True(bench.IsClosed(link));
        Assert.Empty(bench.Authentications);
        Assert.Equal(1, bench.Dropped(GraphDropReason.WrongGraph));
    }

    [Fact]
    public void An_initiator_that_meets_somebody_else_ends_the_connection()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60), "other");

        bench.Machine.Authenticated(bench.Now, link, "stranger");

        Assert.True(bench.IsClosed(link));
        Assert.Equal(ConnectionEnd.NotAuthenticated, Assert.Single(bench.Connections).Connection.End);
    }

    // The formula of MS-PPGRH 3.1.2 runs to 0, its text to 20 seconds.
    [Theory]
    [InlineData(1, 273.4)]
    [InlineData(10, 123.0)]
    [InlineData(100, 20.0)]
    [InlineData(100_000, 20.0)]
    public void The_more_connections_the_less_time_to_authenticate(int connections, double seconds) =>
        Assert.Equal(seconds, GraphFormulas.AuthenticationTimeout(connections).TotalSeconds, 0.1);

    // MS-PPGRH 3.1.6.1, 3.1.6.2
    [Fact]
    public void Connections_that_do_not_come_along_are_closed()
    {
        GraphBench bench = GraphBench.Created();
        int silent = bench.Machine.Accept(bench.Now, GraphBench.EndpointOf(50))!.Value;
        int withoutConnect = bench.Accept();
        int withoutWelcome = bench.Machine.OpenDirect(bench.Now, GraphBench.EndpointOf(70));
        bench.Machine.Authenticated(bench.Now, withoutWelcome, null);

        bench.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(bench.Closes);

        bench.Advance(TimeSpan.FromSeconds(2));
        Assert.True(bench.IsClosed(withoutConnect) && bench.IsClosed(withoutWelcome) && !bench.IsClosed(silent));

        bench.Advance(TimeSpan.FromSeconds(240));
        Assert.True(bench.IsClosed(silent));
        Assert.Empty(bench.Machine.ListConnections());
    }

    [Fact]
    public void A_flood_of_connections_is_held_at_the_caps()
    {
        var options = new GraphOptions { MaximumPendingConnections = 20, MaximumPendingPerSource = 8, CrowdedPendingPerSource = 4 };
        GraphBench bench = GraphBench.Created(options);

        int[] accepted =
        [
            .. Enumerable.Range(0, 10_000).Where(i => bench.Machine.Accept(bench.Now, SourceOf(i % 5)) is not null),
        ];

        Assert.Equal(20, accepted.Length);
        Assert.Equal(20, bench.Machine.ListConnections().Count);
        Assert.All(bench.Machine.ListConnections().CountBy(link => link.Remote), pair => Assert.InRange(pair.Value, 1, 8));
        Assert.Equal(9980, bench.Dropped(GraphDropReason.Limit));
        bench.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(bench.Machine.ListConnections());
    }

    // A host has every address of its /64, and many have several of these.
    [Fact]
    public void Sources_with_many_connections_leave_places_to_those_with_few()
    {
        GraphBench bench = GraphBench.Created();
        for (int i = 0; i < 10_000; i++)
        {
            bench.Machine.Accept(bench.Now, SourceOf(i % 4, host: i));
        }

        Assert.NotNull(bench.Machine.Accept(bench.Now, SourceOf(5)));
        Assert.All(
            bench.Machine.ListConnections().CountBy(link => link.Remote.Address.Upper),
            pair => Assert.InRange(pair.Value, 1, 32));
        Assert.InRange(bench.Machine.ListConnections().Count, 64, 80);
    }

    private static GraphEndpoint SourceOf(int source, int host = 1) =>
        new(new Bits128(0x2001_0db8_0000_0000 + (ulong)source, (ulong)host), 3587);

    // MS-PPGRH 3.1.5.2.1
    [Fact]
    public void A_node_with_seven_neighbors_refuses_and_names_them()
    {
        GraphBench bench = GraphBench.Created();
        for (ulong i = 1; i <= 7; i++)
        {
            bench.AddNeighbor(i);
        }

        int link = bench.Accept();
        bench.Receive(link, new ConnectMessage { NodeId = 8, WantsNeighbors = true });

        Assert.True(RefuseMessage.TryRead(bench.Closes.Single(closed => closed.Link == link).Farewell, out RefuseMessage refuse));
        Assert.Equal(RefuseCode.Busy, refuse.Code);
        Assert.Equal(Enumerable.Range(1, 7).Select(i => GraphBench.EndpointOf(1000 + i)), refuse.Referrals);
        Assert.Equal(7, bench.Machine.NeighborCount);
    }

    [Fact]
    public void A_second_connection_of_a_neighbor_is_refused()
    {
        GraphBench bench = GraphBench.Created();
        bench.AddNeighbor(5);

        int link = bench.Accept();
        bench.Receive(link, new ConnectMessage { NodeId = 5 });

        Assert.Equal(RefuseCode.DuplicateConnection, RefusalOf(bench, link));
    }

    [Fact]
    public void A_neighbor_that_has_lost_its_connection_may_come_back()
    {
        GraphBench bench = GraphBench.Created();
        int before = bench.AddNeighbor(5);
        bench.Advance(TimeSpan.FromSeconds(31));

        int after = bench.AddNeighbor(5);

        Assert.True(bench.IsClosed(before));
        Assert.Equal(after, Assert.Single(bench.Machine.ListConnections(), link => link.State == LinkState.Connected).Id);
    }

    [Fact]
    public void A_connected_neighbor_updates_its_addresses_but_does_not_connect_again()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);

        bench.Receive(link, new ConnectMessage { NodeId = 5, IsUpdate = true, Endpoints = [GraphBench.EndpointOf(77)] });
        Assert.Equal([GraphBench.EndpointOf(77)], bench.Machine.FindConnection(link)!.Endpoints);
        Assert.Empty(bench.Outbox);

        bench.Receive(link, new ConnectMessage { NodeId = 5 });
        Assert.Equal(RefuseCode.AlreadyConnected, RefusalOf(bench, link));
    }

    [Fact]
    public void Direct_connections_are_refused_unless_they_are_allowed()
    {
        GraphBench bench = GraphBench.Created();
        int refused = bench.Accept(isDirect: true);
        bench.Receive(refused, new ConnectMessage { NodeId = 5, IsDirect = true });
        Assert.Equal(RefuseCode.DirectConnectionDisallowed, RefusalOf(bench, refused));

        bench.Machine.AllowsDirect = true;
        int link = bench.Accept(isDirect: true);
        bench.Receive(link, new ConnectMessage { NodeId = 5, IsDirect = true });

        Assert.Equal(GraphMessageType.Welcome, GraphBench.TypeOf(bench.Take(link)));
        Assert.Equal(0, bench.Machine.NeighborCount);
        bench.Machine.SendData(bench.Now, link, GraphBench.Type, [1, 2]);
        Assert.Equal(GraphMessageType.PointToPoint, GraphBench.TypeOf(bench.Take(link)));
        bench.Receive(link, new PointToPointMessage { DataType = GraphBench.Type, Data = [3] });
        Assert.Equal([3], Assert.Single(bench.Data).Data);

        bench.Machine.CloseDirect(bench.Now, link);
        Assert.True(DisconnectMessage.TryRead(bench.Closes.Last().Farewell, out DisconnectMessage disconnect));
        Assert.Equal(DisconnectReason.ApplicationDisconnect, disconnect.Reason);
    }

    // MS-PPGRH 3.1.5.2.3: at random among those not tried yet.
    [Fact]
    public void A_chain_of_refusals_is_followed_without_going_in_circles()
    {
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        for (int i = 0; i < 3; i++)
        {
            (int link, GraphEndpoint endpoint, _, _) = bench.Dials[i];
            Assert.Equal(GraphBench.EndpointOf(60 + i), endpoint);
            bench.Machine.Authenticated(bench.Now, link, null);
            bench.Receive(link, new RefuseMessage
            {
                Code = RefuseCode.Busy,
                Referrals = [GraphBench.EndpointOf(60), GraphBench.EndpointOf(61 + i)],
            });
        }

        Assert.Equal(4, bench.Dials.Count);
        Assert.Equal(
            [RefuseCode.Busy, RefuseCode.Busy, RefuseCode.Busy],
            bench.Connections.Select(failed => failed.Connection.Refusal));
    }

    [Fact]
    public void A_refused_newcomer_with_no_other_address_tries_again_later()
    {
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Closed(bench.Now, link, ConnectionEnd.Lost);
        Assert.Single(bench.Dials);

        bench.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, bench.Dials.Count);
    }

    // MS-PPGRH 3.1.5.2.4
    [Fact]
    public void A_disconnect_leaves_referrals_that_are_connected_to()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);

        bench.Receive(
            link,
            new DisconnectMessage { Reason = DisconnectReason.Leaving, Referrals = [GraphBench.EndpointOf(80)] });

        Assert.Equal(
            (PeerConnectionChangeType.Disconnected, ConnectionEnd.Left),
            (bench.Connections.Last().Change, bench.Connections.Last().Connection.End));
        Assert.Equal(GraphBench.EndpointOf(80), Assert.Single(bench.Dials).Endpoint);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_crossing_connections_the_one_of_the_lower_node_stays(bool isLower)
    {
        GraphBench bench = GraphBench.Created();
        ulong other = isLower ? bench.Machine.NodeId + 1 : bench.Machine.NodeId - 1;
        int mine = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Authenticated(bench.Now, mine, null);
        int theirs = bench.AddNeighbor(other);

        bench.Receive(mine, new WelcomeMessage { NodeId = other, PeerId = "other", PeerTime = bench.Machine.PeerNow });

        Assert.Equal(isLower, bench.IsClosed(theirs));
        Assert.Equal(!isLower, bench.IsClosed(mine));
        Assert.Equal(1, bench.Machine.NeighborCount);
    }

    [Fact]
    public void A_connection_to_itself_is_ended()
    {
        GraphBench bench = GraphBench.Created();
        int called = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Authenticated(bench.Now, called, null);
        int came = bench.Accept();

        bench.Receive(came, new ConnectMessage { NodeId = bench.Machine.NodeId });
        bench.Receive(
            called,
            new WelcomeMessage { NodeId = bench.Machine.NodeId, PeerId = "me", PeerTime = bench.Machine.PeerNow });

        Assert.Equal(RefuseCode.DuplicateConnection, RefusalOf(bench, came));
        Assert.True(bench.IsClosed(called));
        Assert.Equal(0, bench.Machine.NeighborCount);
    }

    // MS-PPGRH 1.3.2, 3.1.4.9
    [Fact]
    public void What_cannot_be_connected_or_listened_to_is_an_error()
    {
        GraphBench bench = GraphBench.Created();
        Assert.Equal(PeerErrors.ConnectSelf, Error(() => bench.Machine.Connect(bench.Now, GraphBench.Local)));
        Assert.Equal(PeerErrors.InvalidAddress, Error(() => bench.Machine.Connect(bench.Now, new GraphEndpoint(0, 1))));
        Assert.Equal(PeerErrors.ConnectionNotFound, Error(() => bench.Machine.CloseDirect(bench.Now, 99)));
        int link = bench.AddNeighbor(5);
        Assert.Equal(PeerErrors.AlreadyExists, Error(() => bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60))));
        Assert.Equal(PeerErrors.NotAuthorized, Error(() => bench.Machine.CloseDirect(bench.Now, link)));
        Assert.Equal(
            PeerErrors.NotAuthorized,
            Error(() => bench.Machine.SendData(bench.Now, link, PointToPointMessage.Ping, [])));
        Assert.Equal(
            PeerErrors.InvalidArgument,
            Error(() => bench.Machine.SendData(bench.Now, link, GraphBench.Type, new byte[70_000_000])));

        var fresh = new GraphBench();
        Assert.Equal(PeerErrors.InvalidGraph, Error(() => fresh.Machine.Listen(fresh.Now, [GraphBench.Local])));
        fresh.Machine.Open(fresh.Now, TimeSpan.Zero, null);
        Assert.Equal(PeerErrors.GraphNotReady, Error(() => fresh.Machine.Listen(fresh.Now, [GraphBench.Local])));
    }

    // MS-PPGRH 3.1.4.12
    [Fact]
    public void A_node_that_leaves_withdraws_what_it_has_published_about_itself()
    {
        GraphBench bench = GraphBench.Created(change: properties => properties with { MaximumPresence = GraphProperties.EveryNode });
        bench.Advance(TimeSpan.FromMinutes(5));
        int link = bench.AddNeighbor(5);
        bench.Outbox.Clear();

        bench.Machine.Close(bench.Now);

        Guid[] withdrawn =
        [
            .. bench.Outbox.Select(sent => GraphBench.RecordOf(sent.Message))
                .Where(record => record.IsDeleted)
                .Select(record => record.Type),
        ];
        Assert.Equal([RecordTypes.Contact, RecordTypes.Presence, RecordTypes.Signature], withdrawn);
        (_, byte[] farewell, bool flush) = bench.Closes.Single(closed => closed.Link == link);
        Assert.True(DisconnectMessage.TryRead(farewell, out DisconnectMessage disconnect));
        Assert.Equal((DisconnectReason.Leaving, true), (disconnect.Reason, flush));
        Assert.Equal(TimeSpan.MaxValue, bench.Machine.NextDue);
        Assert.Equal(PeerErrors.GraphShuttingDown, Error(() => bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60))));
    }

    // Every type in every state: what is not allowed ends the connection (MS-PPGRH 3.1.5).
    [Fact]
    public void A_message_in_the_wrong_state_ends_the_connection()
    {
        (string State, Func<GraphBench, int> Reach, string[] Allowed)[] states =
        [
            ("accepted", bench => bench.Machine.Accept(bench.Now, GraphBench.EndpointOf(50))!.Value, ["AuthInfo"]),
            ("authenticated", bench => bench.Accept(), ["Connect", "Disconnect"]),
            ("connect wait", ReachConnectWait, ["Welcome", "Refuse", "Disconnect"]),
            ("direct", ReachDirect, ["Connect", "Disconnect", "PointToPoint", "Ping"]),
        ];
        foreach ((string state, Func<GraphBench, int> reach, string[] allowed) in states)
        {
            foreach ((string name, string vector) in Vectors.GraphVectors.Messages)
            {
                GraphBench bench = GraphBench.Created();
                int link = reach(bench);
                bench.Machine.Receive(bench.Now, link, Vectors.HexVector.Parse(vector));

                bool isAllowed = allowed.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
                Assert.True(
                    isAllowed || (bench.IsClosed(link) && bench.Dropped(GraphDropReason.WrongState) == 1),
                    $"{name} while {state}");
            }
        }
    }

    [Theory]
    [InlineData("AuthInfo")]
    [InlineData("WelcomeBare")]
    [InlineData("RefuseBare")]
    [InlineData("Advertise")] // not asked for
    [InlineData("Request")] // nothing advertised
    [InlineData("Ack")] // nothing sent
    public void A_neighbor_that_says_what_it_cannot_mean_is_dropped(string name)
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);

        bench.Machine.Receive(bench.Now, link, Vectors.HexVector.Parse(Vectors.GraphVectors.Messages[name]));

        Assert.True(bench.IsClosed(link));
        Assert.Equal(0, bench.Machine.NeighborCount);
    }

    private static int ReachConnectWait(GraphBench bench)
    {
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Authenticated(bench.Now, link, null);
        return link;
    }

    private static int ReachDirect(GraphBench bench)
    {
        bench.Machine.AllowsDirect = true;
        int link = bench.Accept(isDirect: true);
        bench.Receive(link, new ConnectMessage { NodeId = 5, IsDirect = true });
        return link;
    }

    private static RefuseCode RefusalOf(GraphBench bench, int link)
    {
        Assert.True(RefuseMessage.TryRead(bench.Closes.Single(closed => closed.Link == link).Farewell, out RefuseMessage refuse));
        return refuse.Code;
    }

    private static PeerError Error(Action action) => Assert.Throws<PeerException>(action).Error;
}

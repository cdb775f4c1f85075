using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>Graph maintenance: MS-PPGRH 3.1.6.6, 3.1.7.14 to 3.1.7.16.</summary>
public sealed class MaintenanceMachineTests
{
    [Fact]
    public void Below_the_minimum_somebody_is_connected_to_at_once()
    {
        GraphBench bench = GraphBench.Created();
        int first = bench.AddNeighbor(5);
        bench.AddNeighbor(6);
        bench.Flood(first, bench.NewPresence(70, 170));
        Assert.Empty(bench.Dials);

        bench.Machine.Closed(bench.Now, first, ConnectionEnd.Lost);

        Assert.Equal(GraphBench.EndpointOf(170), Assert.Single(bench.Dials).Endpoint);
    }

    [Fact]
    public void The_ideal_number_is_approached_when_the_timer_fires()
    {
        GraphBench bench = GraphBench.Created();
        int first = bench.AddNeighbor(5);
        bench.AddNeighbor(6);
        bench.Flood(first, bench.NewPresence(70, 170));

        bench.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(bench.Dials);
        bench.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(bench.Dials);
    }

    [Fact]
    public void Nobody_is_connected_to_twice()
    {
        GraphBench bench = GraphBench.Created();
        int first = bench.AddNeighbor(5);
        bench.AddNeighbor(6);
        bench.Flood(first, bench.NewPresence(5, 170));
        bench.Flood(first, bench.NewPresence(bench.Machine.NodeId, 171));
        bench.Flood(first, bench.NewContact(1, 80, 1006));

        bench.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal(2, bench.Machine.NeighborCount);
        Assert.Empty(bench.Dials);
    }

    // Only one at a time, and none whose utility says nothing yet.
    [Fact]
    public void Above_the_ideal_the_least_useful_neighbor_is_dropped()
    {
        GraphBench bench = GraphBench.Created();
        int[] old = [.. Enumerable.Range(1, 4).Select(node => bench.AddNeighbor((ulong)node))];
        foreach (int link in old[..3])
        {
            bench.Flood(link, bench.NewRecord());
        }

        bench.Advance(TimeSpan.FromSeconds(25));
        int young = bench.AddNeighbor(9);
        foreach (int link in old)
        {
            bench.Receive(link, new PointToPointMessage { DataType = PointToPointMessage.Ping });
        }

        bench.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(bench.Closes);
        KeepAlive(bench, [.. old, young], TimeSpan.FromSeconds(310));

        (int dropped, byte[] farewell, bool flush) = Assert.Single(bench.Closes);
        Assert.Contains(dropped, new[] { old[3], young });
        Assert.True(flush);
        Assert.True(DisconnectMessage.TryRead(farewell, out DisconnectMessage disconnect));
        Assert.Equal(DisconnectReason.LeastUseful, disconnect.Reason);
        Assert.Equal(4, disconnect.Referrals.Count);
    }

    [Fact]
    public void A_node_that_knows_nobody_asks_for_somebody_every_thirty_seconds()
    {
        GraphBench bench = GraphBench.Created();
        int before = bench.NodesWanted;

        bench.Advance(TimeSpan.FromSeconds(301));

        Assert.InRange(bench.NodesWanted - before, 9, 22);
        Assert.Empty(bench.Dials);
    }

    [Fact]
    public void Failed_attempts_become_rarer()
    {
        GraphBench bench = GraphBench.Created();
        int first = bench.AddNeighbor(5);
        for (ulong i = 0; i < 20; i++)
        {
            bench.Flood(first, bench.NewPresence(100 + i, 200 + (int)i));
        }

        int dialled = 0;
        for (int i = 0; i < 120; i++)
        {
            foreach ((int link, _, _, _) in bench.Dials.Skip(dialled).ToArray())
            {
                bench.Machine.Closed(bench.Now, link, ConnectionEnd.Lost);
            }

            dialled = bench.Dials.Count;
            bench.Receive(first, new PointToPointMessage { DataType = PointToPointMessage.Ping });
            bench.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(dialled, 5, 15);
    }

    [Fact]
    public void A_node_that_vanished_without_a_word_is_looked_for_and_one_that_said_goodbye_is_not()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.AddNeighbor(6);
        GraphRecord vanished = bench.NewPresence(70, 170) with { Expires = bench.Machine.PeerNow + TimeSpan.FromSeconds(5) };
        GraphRecord left = bench.NewPresence(71, 171) with { Expires = bench.Machine.PeerNow + TimeSpan.FromSeconds(5) };
        bench.Flood(link, vanished);
        bench.Flood(link, left);
        bench.Flood(link, left with
        {
            Version = 2,
            IsDeleted = true,
            Payload = default,
            ModifierId = "other",
            Modified = left.Modified + TimeSpan.FromSeconds(1),
        });

        bench.Advance(TimeSpan.FromSeconds(60));

        Assert.All(bench.Dials, dial => Assert.Equal(GraphBench.EndpointOf(170), dial.Endpoint));
        Assert.NotEmpty(bench.Dials);
    }

    [Fact]
    public void Only_so_many_lost_nodes_are_remembered_and_only_for_an_hour()
    {
        var lost = new LostNodes();
        for (int i = 0; i < 1000; i++)
        {
            lost.Add(new KnownNode(Guid.Empty, (ulong)i, "p", [GraphBench.EndpointOf(i)], "", 0), TimeSpan.Zero);
        }

        Assert.Equal(64, lost.Count);
        var random = new SeededRandom(1);
        Assert.True(lost.TryPick(random, TimeSpan.FromMinutes(59), _ => true, out _));
        Assert.False(lost.TryPick(random, TimeSpan.FromMinutes(59), _ => false, out _));
        Assert.False(lost.TryPick(random, TimeSpan.FromMinutes(61), _ => true, out _));
        Assert.Equal(0, lost.Count);
    }

    // The owner's transaction has failed: the copies that neighbors send again must be taken then.
    [Fact]
    public void What_the_store_has_lost_is_taken_again()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.NewRecord();
        GraphRecord presence = bench.NewPresence(70, 170);
        bench.Flood(link, record);
        bench.Flood(link, presence);
        bench.Store.Remove(record.Id);
        bench.Store.Remove(presence.Id);

        bench.Machine.Reload(bench.Now);
        Assert.Null(bench.Machine.FindNode(70));
        bench.Flood(link, record);
        bench.Flood(link, presence);

        Assert.NotNull(bench.Store.Find(record.Id));
        Assert.NotNull(bench.Machine.FindNode(70));
        Assert.NotNull(bench.Machine.Properties);
    }

    [Fact]
    public void The_last_time_in_touch_is_remembered()
    {
        GraphBench bench = GraphBench.Created();
        Assert.Null(bench.Machine.LastConnected);
        int link = bench.AddNeighbor(5);
        bench.Advance(TimeSpan.FromSeconds(20));
        bench.Machine.Advance(bench.Now);
        Assert.Equal(bench.Machine.PeerNow, bench.Machine.LastConnected);

        PeerTime lost = bench.Machine.PeerNow;
        bench.Machine.Closed(bench.Now, link, ConnectionEnd.Lost);
        bench.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(lost, bench.Machine.LastConnected);
    }

    [Fact]
    public void Options_and_settings_are_checked_as_a_whole()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new GraphBench(new GraphOptions
        {
            MinimumNeighbors = 5,
            IdealNeighbors = 4,
            RetryInterval = TimeSpan.Zero,
        }));
        Assert.Contains(nameof(GraphOptions.IdealNeighbors), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(GraphOptions.RetryInterval), error.Message, StringComparison.Ordinal);
        Assert.Empty(new GraphOptions().Validate());
    }

    [Fact]
    public void Properties_that_cannot_be_make_no_graph()
    {
        var bench = new GraphBench();
        var properties = new GraphProperties { GraphId = GraphBench.GraphId, CreatorId = GraphBench.PeerId };
        foreach (GraphProperties invalid in new[]
        {
            properties with { PresenceSeconds = 299 }, properties with { MaximumRecordSize = 1023 },
            properties with { MaximumRecordSize = 62_914_561 }, properties with { Comment = new string('x', 512) },
            properties with { FriendlyName = new string('x', 256) }, properties with { GraphId = "other" },
            properties with { Scope = (PeerGraphScope)9 },
        })
        {
            Assert.Equal(
                PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => bench.Machine.Create(bench.Now, invalid)).Error);
        }

        bench.Machine.Create(bench.Now, properties);
        Assert.Equal(properties, bench.Machine.Properties);
    }

    private static void KeepAlive(GraphBench bench, int[] links, TimeSpan time)
    {
        for (TimeSpan end = bench.Now.Elapsed + time; bench.Now.Elapsed < end && bench.Closes.Count == 0;)
        {
            foreach (int link in links)
            {
                bench.Receive(link, new PointToPointMessage { DataType = PointToPointMessage.Ping });
            }

            bench.Advance(TimeSpan.FromSeconds(1));
        }
    }
}

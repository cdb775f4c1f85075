using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class SynchronizationMachineTests
{
    private static readonly Guid Urgent = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a99");

    // MS-PPGRH 3.1.7.29, 3.1.5.2.11. The text's list still points to its first type when it has been asked for; it is
    // asked for once.
    [Fact]
    public void A_newcomer_asks_for_types_in_order_and_then_for_the_rest()
    {
        var bench = new GraphBench(prioritized: [Urgent, RecordTypes.Presence, Urgent]);
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        int link = bench.CallNeighbor(5);
        Guid[] inOrder = [RecordTypes.GraphInfo, RecordTypes.Presence, Urgent];
        foreach (Guid type in inOrder)
        {
            Assert.True(SolicitNewMessage.TryRead(bench.Take(link, GraphMessageType.SolicitNew), out SolicitNewMessage one));
            Assert.Equal([type], one.Types.Types);
            Assert.False(one.Types.IsExclusion);
            Assert.Equal(0, bench.CountSent(link, GraphMessageType.SolicitNew));
            if (type == RecordTypes.GraphInfo)
            {
                bench.Flood(link, RecordMachineTests.NewGraphInfo(bench));
            }

            bench.Receive(link, new SyncEndMessage(IsFinal: false));
            Assert.Equal(0, bench.CountSent(link, GraphMessageType.SolicitNew));
            bench.Receive(link, new SyncEndMessage(IsFinal: true));
        }

        Assert.True(SolicitNewMessage.TryRead(bench.Take(link, GraphMessageType.SolicitNew), out SolicitNewMessage rest));
        Assert.Equal(inOrder, rest.Types.Types);
        Assert.True(rest.Types.IsExclusion);
        Assert.False(bench.Machine.IsReady);
        bench.Receive(link, new SyncEndMessage(IsFinal: true));

        Assert.True(bench.Machine.IsReady);
        Assert.Equal(1, bench.Synchronizations);
        Assert.True(bench.Machine.Status.HasFlag(PeerGraphStatus.Synchronized));
    }

    // MS-PPGRH 3.1.7.30: since it left, and then the hashes.
    [Fact]
    public void A_node_that_comes_back_asks_for_what_has_happened_and_compares_then()
    {
        var left = new PeerTime(0x01D9B0C1D2E3F405);
        GraphBench bench = RecordMachineTests.Joined(lastConnected: left);
        int link = bench.CallNeighbor(5);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(SolicitTimeMessage.TryRead(bench.Take(link, GraphMessageType.SolicitTime), out SolicitTimeMessage solicit));
            Assert.Equal((left, i == 2), (solicit.ModifiedSince, solicit.Types.IsExclusion));
            bench.Receive(link, new SyncEndMessage(IsFinal: true));
        }

        Assert.True(SolicitHashMessage.TryRead(bench.Take(link, GraphMessageType.SolicitHash), out _));
        Assert.Equal(0, bench.Synchronizations);
        bench.Receive(link, default(AdvertiseMessage));
        Assert.True(RequestMessage.TryRead(bench.Take(link, GraphMessageType.Request), out RequestMessage request));
        Assert.True(request.Abstracts.IsEmpty);
        bench.Receive(link, new SyncEndMessage(IsFinal: true));
        Assert.Equal(1, bench.Synchronizations);
    }

    [Fact]
    public void A_node_that_has_neighbors_or_knows_no_time_compares_at_once()
    {
        GraphBench second = RecordMachineTests.Joined(lastConnected: new PeerTime(1));
        int link = second.Machine.Connect(second.Now, GraphBench.EndpointOf(60));
        second.AddNeighbor(5);
        second.Welcome(link, 6);
        second.Take(link, GraphMessageType.SolicitHash);

        GraphBench unknown = RecordMachineTests.Joined();
        unknown.Take(unknown.CallNeighbor(5), GraphMessageType.SolicitHash);

        GraphBench creator = GraphBench.Created();
        creator.Take(creator.CallNeighbor(5), GraphMessageType.SolicitHash);
    }

    // MS-PPGRH 3.1.5.2.5, 3.1.5.2.6
    [Fact]
    public void What_is_asked_for_is_sent_and_ended()
    {
        GraphBench bench = GraphBench.Created();
        GraphRecord old = bench.Machine.Add(bench.Now, Draft(bench));
        bench.Advance(TimeSpan.FromMinutes(1));
        PeerTime since = bench.Machine.PeerNow;
        bench.Advance(TimeSpan.FromMinutes(1));
        GraphRecord young = bench.Machine.Add(bench.Now, Draft(bench));
        int link = bench.AddNeighbor(5);
        bench.Outbox.Clear();

        bench.Receive(link, new SolicitNewMessage(new RecordTypeList([RecordTypes.GraphInfo], false)));
        Assert.Equal([RecordTypes.GraphInfoId], Served(bench, link));
        bench.Receive(
            link,
            new SolicitNewMessage(new RecordTypeList(
                [RecordTypes.GraphInfo, RecordTypes.Presence, RecordTypes.Signature, RecordTypes.Contact], true)));
        Assert.Equal([old.Id, young.Id], Served(bench, link));
        bench.Receive(link, new SolicitTimeMessage(new RecordTypeList([GraphBench.Type], false), since));
        Assert.Equal([young.Id], Served(bench, link));
        bench.Receive(link, new SolicitTimeMessage(RecordTypeList.All, young.Modified));
        Assert.Contains(young.Id, Served(bench, link));
    }

    [Fact]
    public void A_large_database_is_served_as_fast_as_it_is_read()
    {
        var options = new GraphOptions { SynchronizationWindow = 1 << 16 };
        GraphBench bench = GraphBench.Created(options);
        for (int i = 0; i < 5000; i++)
        {
            bench.Store.Put(bench.NewRecord(payload: new byte[1000], age: TimeSpan.FromSeconds(10 + i)));
        }

        int link = bench.AddNeighbor(5);
        bench.Outbox.Clear();
        bench.Machine.Sent(bench.Now, link, 1 << 20);
        bench.Receive(link, new SolicitNewMessage(RecordTypeList.All));
        bench.Advance(TimeSpan.FromSeconds(5));
        int floods = 0;
        for (int i = 0; i < 1000 && !bench.Outbox.Any(sent => GraphBench.TypeOf(sent.Message) == GraphMessageType.SyncEnd); i++)
        {
            long waiting = bench.Outbox.Sum(sent => sent.Message.Length);
            Assert.InRange(waiting, 1, (1 << 16) + 1200);
            floods += bench.Outbox.Count;
            bench.Outbox.Clear();
            bench.Machine.Sent(bench.Now, link, waiting);
            bench.Advance(TimeSpan.Zero);
        }

        Assert.InRange(floods + bench.Outbox.Count, 5001, 5010);
    }

    // MS-PPGRH 3.1.5.2.7 to 3.1.5.2.9
    [Fact]
    public void Both_sides_get_what_they_lack_by_comparing_hashes()
    {
        (GraphBench left, GraphBench right) = (GraphBench.Created(seed: 1), RecordMachineTests.Joined());
        GraphRecord[] shared = [.. Enumerable.Range(0, 200).Select(i => left.NewRecord(age: TimeSpan.FromSeconds(3000 - (10 * i))))];
        GraphRecord[] onlyLeft = [.. Enumerable.Range(0, 20).Select(i => left.NewRecord(age: TimeSpan.FromSeconds(95 + (100 * i))))];
        GraphRecord[] onlyRight = [.. Enumerable.Range(0, 20).Select(i => left.NewRecord(age: TimeSpan.FromSeconds(5 + (100 * i))))];
        GraphRecord changed = shared[50] with { Version = 2, ModifierId = "a", Modified = shared[50].Modified + TimeSpan.FromSeconds(1000) };
        foreach (GraphRecord record in shared.Concat(onlyLeft))
        {
            left.Store.Put(record);
        }

        foreach (GraphRecord record in shared.Concat(onlyRight).Append(changed))
        {
            right.Store.Put(record);
        }

        long bytes = Synchronize(left, right);

        Assert.Equal(Keys(left), Keys(right));
        Assert.Contains(changed.Key, Keys(left));

        // About 42 records, and 22 + 1 hashes of 40 bytes.
        Assert.InRange(bytes, 0, 24_000);
    }

    // The hash of MS-PPGRH 3.1.7.31 covers ids and versions: two updates of one record to the same version look alike, and
    // nothing lies between their times here.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Two_updates_to_one_version_are_told_apart(int direction)
    {
        (GraphBench left, GraphBench right) = (GraphBench.Created(seed: 1), RecordMachineTests.Joined());
        GraphRecord mine = left.NewRecord(version: 2, age: TimeSpan.FromSeconds(1000)) with { ModifierId = "a" };
        GraphRecord yours = mine with { ModifierId = "b", Modified = mine.Modified + TimeSpan.FromTicks(direction), Payload = new byte[] { 9 } };
        left.Store.Put(mine);
        right.Store.Put(yours);

        Synchronize(left, right);

        Assert.Equal("b", left.Store.Find(mine.Id)!.ModifierId);
        Assert.Equal("b", right.Store.Find(mine.Id)!.ModifierId);
    }

    [Fact]
    public void A_database_that_exceeds_the_lists_is_compared_in_rounds()
    {
        var options = new GraphOptions { MaximumListLength = 1 << 12, PageLength = 16 };
        (GraphBench left, GraphBench right) = (GraphBench.Created(options, seed: 1), RecordMachineTests.Joined(options));
        for (int i = 0; i < 1000; i++)
        {
            (i % 2 == 0 ? left : right).Store.Put(left.NewRecord(age: TimeSpan.FromSeconds(10 + i)));
        }

        for (int i = 0; i < 40 && !Keys(left).SequenceEqual(Keys(right)); i++)
        {
            Synchronize(left, right);
        }

        Assert.Equal(Keys(left), Keys(right));
    }

    // Lexicographic, as one number: the text of MS-PPGRH 3.1.7.31 compares time and id each on its own.
    [Fact]
    public void A_range_goes_from_one_time_and_id_to_another()
    {
        GraphBench bench = GraphBench.Created();
        GraphRecord first = bench.NewRecord(age: TimeSpan.FromSeconds(100)) with { Id = new Guid("ffffffff-0000-0000-0000-000000000000") };
        GraphRecord second = bench.NewRecord(age: TimeSpan.FromSeconds(50)) with { Id = new Guid("00000000-0000-0000-0000-000000000001") };
        bench.Store.Put(first);
        bench.Store.Put(second);
        int link = bench.AddNeighbor(5);

        bench.Receive(link, new SolicitHashMessage
        {
            Types = new RecordTypeList([GraphBench.Type], false),
            Entries = Entry(0, second.Modified, second.Id),
        });

        Assert.True(AdvertiseMessage.TryRead(bench.Take(link, GraphMessageType.Advertise), out AdvertiseMessage advertise));
        HashBoundary boundary = HashBoundary.Read(advertise.Boundaries);
        Assert.Equal(
            (default(PeerTime), Guid.Empty, second.Modified, second.Id, 2U),
            (boundary.LowerModified, boundary.LowerId, boundary.UpperModified, boundary.UpperId, boundary.Count));
        Assert.Equal(first.Id, RecordAbstract.Read(advertise.Abstracts).Id);
    }

    // What is newer than all that the initiator has is in none of its ranges; it is missing there all the same.
    [Fact]
    public void Records_behind_the_last_range_are_advertised()
    {
        GraphBench bench = GraphBench.Created();
        GraphRecord record = bench.Machine.Add(bench.Now, Draft(bench));
        int link = bench.AddNeighbor(5);

        bench.Receive(link, new SolicitHashMessage
        {
            Types = new RecordTypeList([GraphBench.Type], false),
            Entries = Entry(EmptyHash, new PeerTime(5), Guid.Empty),
        });

        Assert.True(AdvertiseMessage.TryRead(bench.Take(link, GraphMessageType.Advertise), out AdvertiseMessage advertise));
        Assert.Equal(1, HashBoundary.WireLength / advertise.Boundaries.Length);
        Assert.Equal(record.Id, RecordAbstract.Read(advertise.Abstracts).Id);
    }

    [Fact]
    public void Ranges_that_are_out_of_order_end_the_connection()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.Receive(link, new SolicitHashMessage
        {
            Types = RecordTypeList.All,
            Entries = [.. Entry(1, new PeerTime(9), Guid.Empty), .. Entry(1, new PeerTime(8), Guid.Empty)],
        });
        Assert.True(bench.IsClosed(link));
    }

    [Theory]
    [InlineData(1, 2, 1)] // a count without its record
    [InlineData(0, 2, 0)] // overlapping ranges
    [InlineData(2, 1, 0)] // upside down
    public void An_advertise_that_lies_ends_the_connection(int lower, int upper, int count)
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.CallNeighbor(5);
        var boundaries = new byte[2 * HashBoundary.WireLength];
        var writer = new WireWriter(boundaries);
        new HashBoundary(new PeerTime(0), Guid.Empty, new PeerTime(1), Guid.Empty, 0).Write(ref writer);
        new HashBoundary(new PeerTime((ulong)lower), Guid.Empty, new PeerTime((ulong)upper), Guid.Empty, (uint)count).Write(ref writer);

        bench.Receive(link, new AdvertiseMessage { Boundaries = boundaries });

        Assert.True(bench.IsClosed(link));
        Assert.Equal(1, bench.Dropped(GraphDropReason.Malformed));
    }

    [Fact]
    public void Who_asks_for_more_than_was_advertised_is_dropped()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.Receive(
            link,
            new SolicitHashMessage { Types = RecordTypeList.All, Entries = Entry(1, new PeerTime(ulong.MaxValue), Guid.AllBitsSet) });
        Assert.True(AdvertiseMessage.TryRead(bench.Take(link, GraphMessageType.Advertise), out AdvertiseMessage advertise));

        bench.Receive(
            link,
            new RequestMessage { Abstracts = new byte[advertise.Abstracts.Length + RecordAbstract.WireLength] });

        Assert.True(bench.IsClosed(link));
    }

    [Fact]
    public void Who_asks_again_before_the_answer_is_complete_is_dropped()
    {
        GraphBench bench = GraphBench.Created(new GraphOptions { SynchronizationWindow = 1 << 10 });
        for (int i = 0; i < 10; i++)
        {
            bench.Store.Put(bench.NewRecord(payload: new byte[1000]));
        }

        int link = bench.AddNeighbor(5);
        bench.Receive(link, new SolicitNewMessage(RecordTypeList.All));
        bench.Receive(link, new SolicitNewMessage(RecordTypeList.All));

        Assert.True(bench.IsClosed(link));
    }

    [Fact]
    public void Who_asks_far_too_often_is_dropped()
    {
        GraphBench bench = GraphBench.Created(new GraphOptions { SolicitBurst = 5 });
        int link = bench.AddNeighbor(5);
        for (int i = 0; i < 6; i++)
        {
            Assert.False(bench.IsClosed(link));
            bench.Receive(link, new SolicitNewMessage(new RecordTypeList([Urgent], false)));
        }

        Assert.True(bench.IsClosed(link));
    }

    [Fact]
    public void A_synchronization_that_does_not_go_on_is_given_up()
    {
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        int link = bench.CallNeighbor(5);

        bench.Advance(TimeSpan.FromSeconds(91));

        Assert.True(bench.IsClosed(link));
        Assert.True(bench.Dials.Count > 1);
    }

    // MS-PPGRH 3.1.5.2.2
    [Fact]
    public void The_first_neighbor_sets_the_time_whatever_the_own_clock_says()
    {
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        PeerTime graph = bench.Machine.PeerNow + TimeSpan.FromDays(400);

        bench.CallNeighbor(5, graph);

        Assert.Equal(graph, bench.Machine.PeerNow);
        Assert.Equal(-400, bench.Machine.PeerTimeDelta.TotalDays);
    }

    [Fact]
    public void Half_of_the_round_trip_is_added_to_a_welcome_time()
    {
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.Machine.Authenticated(bench.Now, link, null);
        PeerTime sent = bench.Machine.PeerNow + TimeSpan.FromDays(1);
        bench.Advance(TimeSpan.FromSeconds(4));

        bench.Receive(link, new WelcomeMessage { NodeId = 5, PeerId = "other", PeerTime = sent });

        Assert.Equal(sent + TimeSpan.FromSeconds(2), bench.Machine.PeerNow);
    }

    [Theory]
    [InlineData(10, 2)] // averaged: a fifth
    [InlineData(-10, -2)]
    [InlineData(19.9, 3.98)]
    [InlineData(20.1, 0)] // more than 20 minutes: ignored
    [InlineData(-4000000, 0)]
    public void Further_neighbors_move_the_time_a_little_and_liars_not_at_all(double minutes, double moved)
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.AddNeighbor(5);
        PeerTime before = bench.Machine.PeerNow;

        bench.Welcome(link, 6, before + TimeSpan.FromMinutes(minutes));

        Assert.Equal(moved, (bench.Machine.PeerNow - before).TotalMinutes, 0.001);
    }

    [Fact]
    public void No_time_that_a_neighbor_claims_brings_the_node_down()
    {
        ulong[] claims = [0, 2_650_000_000_000_000_000, 0, 2_650_000_000_000_000_000, ulong.MaxValue, 1UL << 62];
        var bench = new GraphBench();
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);
        foreach (ulong claim in claims)
        {
            int link = bench.CallNeighbor(5, new PeerTime(claim));
            bench.Flood(link, bench.NewRecord());
            bench.Advance(TimeSpan.FromMinutes(10));
            bench.Machine.Closed(bench.Now, link, ConnectionEnd.Lost);
        }

        Assert.Equal(2, bench.Dropped(GraphDropReason.Malformed));
    }

    [Fact]
    public void A_clock_that_is_set_makes_nothing_expire_and_the_next_neighbor_tells_the_time()
    {
        GraphBench bench = GraphBench.Created();
        GraphRecord record = bench.Machine.Add(bench.Now, Draft(bench));
        PeerTime before = bench.Machine.PeerNow;

        bench.SetClock(TimeSpan.FromDays(10));
        bench.Advance(TimeSpan.FromSeconds(60));
        bench.Machine.Advance(bench.Now);

        Assert.NotNull(bench.Store.Find(record.Id));
        Assert.Equal(60, (bench.Machine.PeerNow - before).TotalSeconds, 0.001);
        int link = bench.Machine.Connect(bench.Now, GraphBench.EndpointOf(60));
        bench.AddNeighbor(5);
        bench.Welcome(link, 6, before + TimeSpan.FromMinutes(40));
        Assert.Equal(40, (bench.Machine.PeerNow - before).TotalMinutes, 0.001);
    }

    private static readonly Bits128 EmptyHash = new(0xD41D8CD98F00B204, 0xE9800998ECF8427E);

    private static byte[] Entry(Bits128 hash, PeerTime modified, Guid id)
    {
        byte[] entry = new byte[HashEntry.WireLength];
        var writer = new WireWriter(entry);
        new HashEntry(hash, modified, id).Write(ref writer);
        return entry;
    }

    private static RecordDraft Draft(GraphBench bench) =>
        new() { Type = GraphBench.Type, Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1) };

    private static List<RecordKey> Keys(GraphBench bench) =>
        [.. bench.Store.Records.Where(record => record.Type == GraphBench.Type).Select(record => record.Key).Order()];

    private static List<Guid> Served(GraphBench bench, int link)
    {
        List<Guid> served = [];
        while (GraphBench.TypeOf(bench.Outbox[0].Message) == GraphMessageType.Flood)
        {
            served.Add(GraphBench.RecordOf(bench.Take(link)).Id);
        }

        Assert.True(SyncEndMessage.TryRead(bench.Take(link), out SyncEndMessage end) && end.IsFinal);
        Assert.Empty(bench.Outbox);
        return served;
    }

    /// <summary>Two machines connect, and whatever one sends the other gets.</summary>
    /// <returns>The bytes of all messages of the synchronization.</returns>
    private static long Synchronize(GraphBench left, GraphBench right)
    {
        int there = right.AddNeighbor(left.Machine.NodeId);
        int here = left.Machine.NeighborCount == 0
            ? left.Machine.Connect(left.Now, GraphBench.EndpointOf(60))
            : throw new InvalidOperationException("One at a time.");
        left.Outbox.Clear();
        right.Outbox.Clear();
        left.Welcome(here, right.Machine.NodeId);
        int wanted = left.Synchronizations + 1;
        long bytes = 0;
        for (int idle = 0; idle < 3;)
        {
            (int, byte[] Message)[] forth = [.. left.Outbox];
            (int, byte[] Message)[] back = [.. right.Outbox];
            left.Outbox.Clear();
            right.Outbox.Clear();
            foreach ((_, byte[] message) in forth)
            {
                bytes += message.Length;
                right.Machine.Receive(right.Now, there, message);
                left.Machine.Sent(left.Now, here, message.Length);
            }

            foreach ((_, byte[] message) in back)
            {
                bytes += message.Length;
                left.Machine.Receive(left.Now, here, message);
                right.Machine.Sent(right.Now, there, message.Length);
            }

            left.Advance(TimeSpan.FromMilliseconds(200));
            right.Advance(TimeSpan.FromMilliseconds(200));
            idle = forth.Length + back.Length == 0 ? idle + 1 : 0;
        }

        Assert.Equal(wanted, left.Synchronizations);
        left.Machine.Closed(left.Now, here, ConnectionEnd.Lost);
        right.Machine.Closed(right.Now, there, ConnectionEnd.Lost);
        return bytes;
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>What an application does, and what the four internal records do.</summary>
public sealed class RecordMachineTests
{
    [Fact]
    public void Records_are_added_updated_and_deleted()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);

        GraphRecord added = bench.Machine.Add(bench.Now, Draft(bench));
        bench.Advance(TimeSpan.FromSeconds(1));
        GraphRecord updated = bench.Machine.Update(
            bench.Now,
            new RecordRevision { Id = added.Id, Version = 1, Payload = new byte[] { 9 } });
        bench.Machine.Delete(bench.Now, added.Id, version: 2);

        Assert.Equal((1U, "me", ""), (added.Version, added.CreatorId, added.ModifierId));
        Assert.Equal((2U, "me"), (updated.Version, updated.ModifierId));
        Assert.Equal(added.Expires, updated.Expires);
        GraphRecord[] sent =
        [
            .. bench.Outbox
                .Where(sent => sent.Link == link && GraphBench.TypeOf(sent.Message) == GraphMessageType.Flood)
                .Select(sent => GraphBench.RecordOf(sent.Message))
                .Where(record => record.Id == added.Id),
        ];
        Assert.Equal([1U, 2U, 3U], sent.Select(record => record.Version));
        Assert.Equal((true, 0), (sent[2].IsDeleted, sent[2].Payload.Length));
        Assert.Equal(
            [PeerRecordChangeType.Added, PeerRecordChangeType.Updated, PeerRecordChangeType.Deleted],
            bench.Changes.Where(change => change.Record.Id == added.Id).Select(change => change.Change));
    }

    [Fact]
    public void What_an_application_cannot_do_is_an_error()
    {
        GraphBench bench = GraphBench.Created(change: properties => properties with { MaximumRecordSize = 1024 });
        GraphMachine machine = bench.Machine;
        GraphRecord record = machine.Add(bench.Now, Draft(bench));
        PeerTime past = machine.PeerNow;

        Assert.Equal(
            PeerErrors.NotAuthorized,
            Error(() => machine.Add(bench.Now, Draft(bench) with { Type = RecordTypes.Presence })));
        Assert.Equal(
            PeerErrors.InvalidRecordExpiration,
            Error(() => machine.Add(bench.Now, Draft(bench) with { Expires = past })));
        Assert.Equal(
            PeerErrors.MaximumRecordSizeExceeded,
            Error(() => machine.Add(bench.Now, Draft(bench) with { Payload = new byte[1025] })));
        Assert.Equal(
            PeerErrors.InvalidAttributes,
            Error(() => machine.Add(bench.Now, Draft(bench) with { Attributes = "<x/>" })));
        Assert.Equal(
            PeerErrors.RecordNotFound,
            Error(() => machine.Update(bench.Now, new RecordRevision { Id = Guid.Empty })));
        Assert.Equal(PeerErrors.NotAuthorized, Error(() => machine.Delete(bench.Now, RecordTypes.GraphInfoId)));
        Assert.Equal(
            PeerErrors.InvalidRecord,
            Error(() => machine.Update(bench.Now, new RecordRevision { Id = record.Id, Version = 7 })));
        Assert.Equal(PeerErrors.InvalidRecord, Error(() => machine.Delete(bench.Now, record.Id, version: 7)));
        Assert.Equal(
            PeerErrors.InvalidRecordExpiration,
            Error(() => machine.Update(bench.Now, new RecordRevision { Id = record.Id, Expires = record.Expires - TimeSpan.FromSeconds(1) })));
        machine.Delete(bench.Now, record.Id);
        Assert.Equal(PeerErrors.RecordNotFound, Error(() => machine.Delete(bench.Now, record.Id)));

        var fresh = new GraphBench();
        fresh.Machine.Open(fresh.Now, TimeSpan.Zero, null);
        Assert.Equal(PeerErrors.GraphNotReady, Error(() => fresh.Machine.Add(fresh.Now, Draft(fresh))));
        Assert.Equal(PeerErrors.GraphNotReady, Error(() => fresh.Machine.SetPresence(fresh.Now, true)));
    }

    // MS-PPGRH 3.1.7.28
    [Fact]
    public void The_provider_secures_what_is_published_or_refuses_it()
    {
        var provider = new FakeProvider();
        GraphBench bench = GraphBench.Created(provider: provider);
        GraphRecord record = bench.Machine.Add(bench.Now, Draft(bench));
        bench.Machine.Update(bench.Now, new RecordRevision { Id = record.Id });
        bench.Machine.Delete(bench.Now, record.Id);

        Assert.Equal([0x55], record.SecurityData.ToArray());
        Assert.Equal(
            [RecordAction.Add, RecordAction.Add, RecordAction.Update, RecordAction.Delete],
            provider.Secured.Select(secured => secured.Action));

        // What the version before was signed with tells who its creator was.
        Assert.Equal<byte[]>([[], [], [0x55], [0x55]], provider.Secured.Select(secured => secured.Record.SecurityData));

        provider.Refuses = true;
        int before = bench.Store.Count;
        Assert.Equal(PeerErrors.NotAuthorized, Error(() => bench.Machine.Add(bench.Now, Draft(bench))));
        Assert.Equal(before, bench.Store.Count);
    }

    // MS-PPGRH 3.1.6.7 says "larger than the current peer time"; smaller is meant. And 15 seconds at least.
    [Fact]
    public void Records_are_purged_when_their_time_is_over()
    {
        GraphBench bench = GraphBench.Created();
        GraphRecord soon = bench.Machine.Add(bench.Now, Draft(bench, TimeSpan.FromSeconds(3)));
        GraphRecord later = bench.Machine.Add(bench.Now, Draft(bench, TimeSpan.FromSeconds(100)));

        bench.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(soon.Id, Assert.Single(bench.Expired).Id);
        Assert.NotNull(bench.Store.Find(later.Id));

        bench.Advance(TimeSpan.FromSeconds(100));
        Assert.Null(bench.Store.Find(later.Id));
    }

    // MS-PPGRH 2.2.3.1, flag D
    [Fact]
    public void Expiration_can_wait_for_a_neighbor()
    {
        GraphBench bench = GraphBench.Created(change: properties => properties with { DefersExpiration = true });
        GraphRecord record = bench.Machine.Add(bench.Now, Draft(bench, TimeSpan.FromSeconds(30)));

        bench.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(bench.Store.Find(record.Id));

        bench.AddNeighbor(5);
        bench.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(bench.Store.Find(record.Id));
    }

    // MS-PPGRH 3.1.7.22. The flag is on this node only: the bytes have none.
    [Fact]
    public void A_record_is_renewed_within_twenty_seconds_of_its_end()
    {
        GraphBench bench = GraphBench.Created();
        GraphRecord renewed = bench.Machine.Add(
            bench.Now,
            Draft(bench, TimeSpan.FromSeconds(100)) with { IsAutoRefreshed = true });
        GraphRecord left = bench.Machine.Add(bench.Now, Draft(bench, TimeSpan.FromSeconds(100)));
        Assert.Equal(0, FloodMessage.Encode(renewed)[FloodMessage.RecordOffset + 39]);

        bench.Advance(TimeSpan.FromSeconds(79));
        Assert.Equal(1U, bench.Store.Find(renewed.Id)!.Version);
        bench.Advance(TimeSpan.FromSeconds(2));
        GraphRecord after = bench.Store.Find(renewed.Id)!;
        Assert.Equal(2U, after.Version);
        Assert.Equal(TimeSpan.FromSeconds(100), after.Expires - after.Modified);

        bench.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(bench.Store.Find(renewed.Id));
        Assert.Null(bench.Store.Find(left.Id));
        bench.Machine.Delete(bench.Now, renewed.Id);
        bench.Advance(TimeSpan.FromHours(1));
        Assert.Null(bench.Store.Find(renewed.Id));
    }

    // MS-PPGRH 3.1.7.7: graph info lives 300 seconds; its creator renews it.
    [Fact]
    public void The_creator_keeps_the_graph_info_alive()
    {
        GraphBench bench = GraphBench.Created();

        bench.Advance(TimeSpan.FromSeconds(279));
        Assert.Equal(1U, GraphInfo(bench).Version);
        bench.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2U, GraphInfo(bench).Version);
        Assert.True(GraphInfo(bench).Expires > bench.Machine.PeerNow + TimeSpan.FromSeconds(290));
    }

    [Fact]
    public void Who_is_left_keeps_the_graph_info_alive()
    {
        GraphBench bench = Joined();

        bench.Advance(TimeSpan.FromSeconds(284));
        Assert.Equal(1U, GraphInfo(bench).Version);
        bench.Advance(TimeSpan.FromMinutes(30));

        // Who has set the properties stays known to those who will read them.
        Assert.Equal(("other", "other"), (GraphInfo(bench).ModifierId, GraphInfo(bench).CreatorId));
        Assert.NotNull(bench.Machine.Properties);
        Assert.True(GraphInfo(bench).Expires > bench.Machine.PeerNow);
    }

    // MS-PPGRH 2.2.3.1: graph and creator never change.
    [Fact]
    public void Graph_info_with_another_creator_is_no_graph_info()
    {
        GraphBench bench = Joined();
        int link = bench.AddNeighbor(6);
        var properties = new GraphProperties { GraphId = GraphBench.GraphId, CreatorId = "thief" };
        GraphRecord stolen = GraphInfo(bench) with
        {
            Version = 9,
            ModifierId = "thief",
            Modified = bench.Machine.PeerNow + TimeSpan.FromSeconds(1),
            Payload = GraphInfoPayload.Encode(properties),
        };

        bench.Flood(link, stolen);
        bench.Flood(link, stolen with { IsDeleted = true, Payload = default });

        Assert.Equal("other", bench.Machine.Properties!.CreatorId);
        Assert.Equal(2, bench.Dropped(GraphDropReason.InvalidRecord));
    }

    [Fact]
    public void Only_the_creator_changes_properties()
    {
        GraphBench bench = GraphBench.Created();
        bench.Machine.SetProperties(bench.Now, bench.Machine.Properties! with { Comment = "new" });
        Assert.Equal(("new", 2U), (bench.Machine.Properties!.Comment, GraphInfo(bench).Version));
        Assert.Equal(
            PeerErrors.InvalidArgument,
            Error(() => bench.Machine.SetProperties(bench.Now, bench.Machine.Properties with { PresenceSeconds = 299 })));
        Assert.Equal(
            PeerErrors.InvalidArgument,
            Error(() => bench.Machine.SetProperties(bench.Now, bench.Machine.Properties with { CreatorId = "x" })));

        GraphBench joined = Joined();
        Assert.Equal(
            PeerErrors.NotAuthorized,
            Error(() => joined.Machine.SetProperties(joined.Now, joined.Machine.Properties!)));
    }

    // MS-PPGRH 3.1.7.11. With the top 8 bits of the text all would wait 0.1 to 0.22 seconds.
    [Theory]
    [InlineData(0x0000_FFFF_FFFF_FFFF, 0.1)]
    [InlineData(0x00FF_0000_0000_0000, 0.216)]
    [InlineData(0x8000_0000_0000_0000, 11.86)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF, 19.0)]
    public void Low_nodes_publish_a_missing_signature_first(ulong nodeId, double seconds) =>
        Assert.Equal(seconds, GraphFormulas.SignatureDelay(nodeId).TotalSeconds, 0.01);

    [Fact]
    public void A_signature_that_is_too_high_is_corrected_and_a_lower_one_stays()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.Flood(link, bench.NewSignature(bench.Machine.NodeId + 1, version: 4));
        bench.Advance(TimeSpan.FromSeconds(0.2));

        GraphRecord corrected = bench.Store.Find(RecordTypes.SignatureId)!;
        Assert.Equal((5U, bench.Machine.NodeId), (corrected.Version, bench.Machine.Signature));

        bench.Flood(link, bench.NewSignature(bench.Machine.NodeId - 1, version: 6));
        bench.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(6U, bench.Store.Find(RecordTypes.SignatureId)!.Version);
        Assert.Equal(bench.Machine.NodeId - 1, bench.Machine.Signature);
    }

    // The record has one id for ever: what follows a tombstone must be a later version, or loses against it.
    [Fact]
    public void A_signature_follows_its_tombstone_as_a_later_version()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord tombstone = bench.NewSignature(3, version: 8) with { IsDeleted = true, Payload = default };
        bench.Flood(link, tombstone);
        Assert.Null(bench.Machine.Signature);

        bench.Advance(TimeSpan.FromSeconds(30));

        GraphRecord follower = bench.Store.Find(RecordTypes.SignatureId)!;
        Assert.Equal((9U, false), (follower.Version, follower.IsDeleted));
        Assert.True(RecordConflict.Compare(follower, tombstone) > 0);
        Assert.Equal(bench.Machine.NodeId, bench.Machine.Signature);
    }

    // MS-PPGRH 3.1.7.12: the formula drops to 0 just below 2^60.
    [Theory]
    [InlineData(ulong.MaxValue, 5)]
    [InlineData(1UL << 60, 5)]
    [InlineData((1UL << 60) - 1, 5)]
    [InlineData(1UL << 54, 6)]
    [InlineData(1UL << 44, 16)]
    [InlineData(1UL, 60)]
    [InlineData(0UL, 60)]
    public void There_are_never_fewer_than_five_contacts(ulong signature, int contacts) =>
        Assert.Equal(contacts, GraphFormulas.MinimumContacts(signature));

    // MS-PPGRH 3.1.6.3
    [Fact]
    public void A_node_becomes_a_contact_where_there_are_few_and_no_longer_where_there_are_many()
    {
        GraphBench bench = GraphBench.Created();
        bench.Advance(TimeSpan.FromSeconds(9));
        Assert.DoesNotContain(bench.Machine.ListNodes(), node => node.IsContact);
        bench.Advance(TimeSpan.FromSeconds(200));
        Assert.True(Assert.Single(bench.Machine.ListNodes(), node => node.IsContact).IsLocal);

        int link = bench.AddNeighbor(5);
        for (ulong i = 1; i <= 10; i++)
        {
            bench.Flood(link, bench.NewContact(bench.Machine.Signature!.Value, i, 200 + (int)i));
        }

        bench.Advance(TimeSpan.FromSeconds(181));
        Assert.DoesNotContain(bench.Machine.ListNodes(), node => node.IsContact && node.IsLocal);
        Assert.Equal(10, bench.Machine.ListNodes().Count(node => node.IsContact));
    }

    // MS-PPGRH 3.1.7.13, 3.1.6.5
    [Fact]
    public void A_contact_that_sees_another_signature_is_connected_to_unless_it_comes_round()
    {
        GraphBench bench = GraphBench.Created();
        bench.Advance(TimeSpan.FromSeconds(30));
        int link = bench.AddNeighbor(5);
        bench.AddNeighbor(6);
        bench.AddNeighbor(7);
        GraphRecord stray = bench.NewContact(12345, 12345, 90);
        bench.Flood(link, stray);
        bench.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(bench.Dials);
        bench.Advance(TimeSpan.FromSeconds(27));
        Assert.Equal(GraphBench.EndpointOf(90), Assert.Single(bench.Dials).Endpoint);

        GraphBench calm = GraphBench.Created();
        calm.Advance(TimeSpan.FromSeconds(30));
        link = calm.AddNeighbor(5);
        calm.AddNeighbor(6);
        calm.AddNeighbor(7);
        stray = calm.NewContact(12345, 12345, 90);
        calm.Flood(link, stray);
        calm.Flood(link, stray with
        {
            Version = 2,
            ModifierId = "other",
            Modified = stray.Modified + TimeSpan.FromSeconds(1),
            Payload = new ContactPayload(calm.Machine.Signature!.Value, 12345, [GraphBench.EndpointOf(90)]).Encode(),
        });
        calm.Advance(TimeSpan.FromSeconds(31));
        Assert.Empty(calm.Dials);
    }

    // MS-PPGRH 3.1.7.15
    [Fact]
    public void A_contact_asks_for_nodes_that_the_graph_does_not_know()
    {
        GraphBench bench = GraphBench.Created();
        bench.Advance(TimeSpan.FromSeconds(200));
        bench.AddNeighbor(5);
        int before = bench.NodesWanted;

        bench.Advance(TimeSpan.FromSeconds(301));
        Assert.True(bench.NodesWanted > before);
        bench.Machine.Repair(bench.Now, GraphBench.EndpointOf(95));

        Assert.Equal(GraphBench.EndpointOf(95), bench.Dials.Last().Endpoint);
    }

    // MS-PPGRH 3.1.7.17, 2.2.3.1
    [Fact]
    public void Presence_is_published_as_the_graph_and_the_application_want()
    {
        GraphBench all = GraphBench.Created(change: properties => properties with { MaximumPresence = GraphProperties.EveryNode });
        Assert.True(Assert.Single(all.Machine.ListNodes()).IsPresent);
        all.Advance(TimeSpan.FromHours(1));
        Assert.True(Assert.Single(all.Machine.ListNodes()).IsPresent);
        all.Machine.Listen(all.Now, []);
        Assert.False(Assert.Single(all.Machine.ListNodes()).IsPresent);

        GraphBench none = GraphBench.Created();
        none.Advance(TimeSpan.FromHours(1));
        Assert.False(Assert.Single(none.Machine.ListNodes()).IsPresent);
        none.Machine.SetPresence(none.Now, true);
        none.Machine.SetNodeAttributes(none.Now, "busy");
        GraphNode node = Assert.Single(none.Machine.ListNodes());
        Assert.Equal((true, "busy"), (node.IsPresent, node.Attributes));
        none.Machine.SetPresence(none.Now, false);
        Assert.False(Assert.Single(none.Machine.ListNodes()).IsPresent);
        Assert.Equal(
            [PeerGraphNodeChangeType.Connected, PeerGraphNodeChangeType.Updated, PeerGraphNodeChangeType.Disconnected],
            none.NodeChanges.Select(change => change.Change));
    }

    // MS-PPGRH 3.1.6.9
    [Fact]
    public void Presences_are_kept_between_the_limit_and_ten_more()
    {
        GraphBench bench = GraphBench.Created(change: properties => properties with { MaximumPresence = 3 });
        bench.Advance(TimeSpan.FromSeconds(29));
        Assert.False(bench.Machine.FindNode(bench.Machine.NodeId)!.IsPresent);
        bench.Advance(TimeSpan.FromSeconds(152));
        Assert.True(bench.Machine.FindNode(bench.Machine.NodeId)!.IsPresent);

        int link = bench.AddNeighbor(5);
        for (ulong i = 1; i <= 12; i++)
        {
            bench.Flood(link, bench.NewPresence(i, 300 + (int)i));
        }

        bench.Advance(TimeSpan.FromSeconds(181));
        Assert.True(bench.Machine.FindNode(bench.Machine.NodeId)!.IsPresent);
        bench.Flood(link, bench.NewPresence(13, 313));
        bench.Advance(TimeSpan.FromSeconds(181));
        Assert.False(bench.Machine.FindNode(bench.Machine.NodeId)!.IsPresent);
    }

    [Fact]
    public void A_node_that_lets_its_presence_expire_has_left()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.Flood(link, bench.NewPresence(77, 300, "x") with { Expires = bench.Machine.PeerNow + TimeSpan.FromSeconds(300) });
        Assert.Equal("x", bench.Machine.FindNode(77)!.Attributes);

        bench.Advance(TimeSpan.FromSeconds(316));

        Assert.Null(bench.Machine.FindNode(77));
        Assert.Equal(PeerGraphNodeChangeType.Disconnected, bench.NodeChanges.Last().Change);
    }

    // MS-PPGRH 3.1.4.8, 3.1.7.23
    [Fact]
    public void New_addresses_are_told_to_neighbors_and_in_the_own_records()
    {
        GraphBench bench = GraphBench.Created(change: properties => properties with { MaximumPresence = GraphProperties.EveryNode });
        bench.Advance(TimeSpan.FromSeconds(200));
        int link = bench.AddNeighbor(5);
        bench.Outbox.Clear();

        bench.Machine.Listen(bench.Now, [GraphBench.EndpointOf(2)]);

        Assert.True(ConnectMessage.TryRead(bench.Take(link, GraphMessageType.Connect), out ConnectMessage update));
        Assert.Equal((true, false, false), (update.IsUpdate, update.IsDirect, update.WantsNeighbors));
        Assert.Equal([GraphBench.EndpointOf(2)], update.Endpoints);
        Assert.Equal(
            [RecordTypes.Contact, RecordTypes.Presence],
            bench.Outbox.Select(sent => GraphBench.RecordOf(sent.Message).Type).Order());
        Assert.Equal([GraphBench.EndpointOf(2)], bench.Machine.FindNode(bench.Machine.NodeId)!.Endpoints);
    }

    // MS-PPGRH 3.1.4.2
    [Fact]
    public void A_stored_database_is_checked_when_it_is_opened()
    {
        var bench = new GraphBench(provider: new FakeProvider
        {
            Verdict = record => record.Data is [66, ..] ? RecordVerdict.Invalid : RecordVerdict.Valid,
        });
        bench.Store.Put(bench.NewPresence(3, 30));
        bench.Store.Put(bench.NewContact(3, 3, 30));
        bench.Store.Put(bench.NewSignature(3));
        bench.Store.Put(bench.NewRecord() with { GraphId = "X" });
        bench.Store.Put(bench.NewRecord(payload: [66]));
        GraphRecord good = bench.NewRecord();
        bench.Store.Put(good);
        bench.Store.Put(NewGraphInfo(bench));

        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);

        Assert.Equal(
            new[] { good.Id, RecordTypes.GraphInfoId }.Order(),
            bench.Store.Records.Select(record => record.Id).Order());
        Assert.True(bench.Machine.IsReady);
        Assert.Equal("other", bench.Machine.Properties!.CreatorId);
        Assert.Null(bench.Machine.Signature);
    }

    // More than are judged at once: what is asked for is judged then, and nobody is served anything else.
    [Fact]
    public void Many_stored_records_are_judged_while_the_graph_is_open()
    {
        var provider = new FakeProvider
        {
            Verdict = record => record.Data is [66, ..] ? RecordVerdict.Invalid : RecordVerdict.Valid,
        };
        var bench = new GraphBench(provider: provider);
        List<GraphRecord> records = [];
        for (int number = 0; number < 1500; number++)
        {
            GraphRecord record = bench.NewRecord(payload: [(byte)(number % 3 == 0 ? 66 : 1)]);
            PeerTime made = PeerTime.FromUtc(bench.Now.Utc, TimeSpan.Zero) - TimeSpan.FromTicks(5000 - number);
            record = record with { Created = made, Modified = made, Expires = made + TimeSpan.FromHours(1) };
            records.Add(record);
            bench.Store.Put(record);
        }

        bench.Store.Put(NewGraphInfo(bench));
        bench.Machine.Open(bench.Now, TimeSpan.Zero, null);

        bench.Machine.Listen(bench.Now, [GraphBench.Local]);
        Assert.True(bench.Machine.IsJudging);
        Assert.NotNull(bench.Store.Find(records[1497].Id));
        Assert.Null(bench.Machine.FindRecord(records[1497].Id));
        Assert.Null(bench.Store.Find(records[1497].Id));
        Assert.NotNull(bench.Machine.FindRecord(records[1498].Id));

        // A version that is no more than the forged one has is new.
        bench.Flood(bench.AddNeighbor(5), records[1494] with { Payload = new byte[] { 1 } });
        Assert.Equal([1], bench.Machine.FindRecord(records[1494].Id)!.Payload.ToArray());

        bench.Advance(TimeSpan.FromSeconds(1));
        Assert.False(bench.Machine.IsJudging);
        Assert.Equal(
            records.Where(record => record.Payload.Span[0] != 66 || record.Id == records[1494].Id).Select(record => record.Id).Order(),
            bench.Store.Records.Where(record => record.Type == records[0].Type).Select(record => record.Id).Order());
    }

    // Membership ends sooner than what a member has published; an imported file may be anybody's.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_cannot_be_judged_any_more_stays_and_what_never_was_waits(bool isJudged)
    {
        var bench = new GraphBench(provider: new FakeProvider
        {
            Verdict = record => record.Data is [66, ..] ? RecordVerdict.Defer : RecordVerdict.Valid,
        });
        GraphRecord unknown = bench.NewRecord(payload: [66]);
        bench.Store.Put(unknown);
        bench.Store.Put(NewGraphInfo(bench));

        bench.Machine.Open(bench.Now, TimeSpan.Zero, null, isJudged);

        Assert.Equal(isJudged, bench.Store.Find(unknown.Id) is not null);
        Assert.Equal(isJudged ? 0 : 1, bench.Machine.DeferredCount);
    }

    internal static GraphBench Joined(GraphOptions? options = null, PeerTime? lastConnected = null)
    {
        var bench = new GraphBench(options);
        bench.Store.Put(NewGraphInfo(bench));
        bench.Machine.Open(bench.Now, TimeSpan.Zero, lastConnected);
        bench.Machine.Listen(bench.Now, [GraphBench.Local]);
        return bench;
    }

    internal static GraphRecord NewGraphInfo(GraphBench bench)
    {
        var properties = new GraphProperties { GraphId = GraphBench.GraphId, CreatorId = "other", MaximumPresence = 0 };
        PeerTime created = PeerTime.FromUtc(bench.Now.Utc, TimeSpan.Zero);
        return new GraphRecord
        {
            Type = RecordTypes.GraphInfo,
            Id = RecordTypes.GraphInfoId,
            Version = 1,
            CreatorId = "other",
            Created = created,
            Modified = created,
            Expires = created + TimeSpan.FromSeconds(300),
            GraphId = GraphBench.GraphId,
            Payload = GraphInfoPayload.Encode(properties),
        };
    }

    private static GraphRecord GraphInfo(GraphBench bench) => bench.Store.Find(RecordTypes.GraphInfoId)!;

    private static RecordDraft Draft(GraphBench bench, TimeSpan? lifetime = null) => new()
    {
        Type = GraphBench.Type,
        Payload = new byte[] { 1, 2, 3 },
        Expires = bench.Machine.PeerNow + (lifetime ?? TimeSpan.FromHours(1)),
    };

    private static PeerError Error(Action action) => Assert.Throws<PeerException>(action).Error;
}

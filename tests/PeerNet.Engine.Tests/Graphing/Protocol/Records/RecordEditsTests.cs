using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

public sealed class RecordEditsTests
{
    private const uint Limit = 1024;
    private static readonly PeerTime Now = new(1_000_000);
    private static readonly PeerTime Later = new(2_000_000);

    private static readonly GraphRecord Draft = new()
    {
        Type = new Guid("11223344-5566-7788-99aa-bbccddeeff00"),
        Id = default,
        Version = 0,
        CreatorId = "peer",
        GraphId = "graph",
        Created = default,
        Modified = default,
        Expires = Later,
        Payload = new byte[] { 1 },
        Attributes = "<attributes/>",
    };

    private static readonly GraphRecord Record = RecordEdits.Add(Draft, Limit, Now, new SeededRandom(1));

    [Fact]
    public void A_new_record_keeps_the_rules_and_the_draft()
    {
        Assert.Equal(RecordFault.None, RecordRules.Check(Record, "graph", Limit));
        Assert.Equal((1u, Now, Now, Later, ""), (Record.Version, Record.Created, Record.Modified, Record.Expires, Record.ModifierId));
        Assert.Equal((Draft.Payload, Draft.Attributes, Draft.Type), (Record.Payload, Record.Attributes, Record.Type));
    }

    [Fact]
    public void An_update_keeps_what_identifies_a_record()
    {
        GraphRecord change = Record with { Payload = new byte[] { 2 }, Expires = new(Later.Ticks + 1), SecurityData = new byte[3] };
        GraphRecord updated = RecordEdits.Update(Record, change, "bob", Limit, new(Now.Ticks + 5));

        Assert.Equal(RecordFault.None, RecordRules.Check(updated, "graph", Limit));
        Assert.Equal((2u, "bob", "peer", Record.Id), (updated.Version, updated.ModifierId, updated.CreatorId, updated.Id));
        Assert.Equal((Now, new(Now.Ticks + 5)), (updated.Created, updated.Modified));
        Assert.Equal((change.Payload, change.Expires), (updated.Payload, updated.Expires));
        Assert.True(updated.SecurityData.IsEmpty);
        Assert.True(RecordConflict.Compare(updated, Record) > 0);
    }

    [Fact]
    public void Peer_time_that_moves_back_does_not_move_a_record_back()
    {
        GraphRecord updated = RecordEdits.Update(Record, Record, "bob", Limit, new(Now.Ticks - 500));

        Assert.Equal(new PeerTime(Now.Ticks + 1), updated.Modified);
        Assert.Equal(RecordFault.None, RecordRules.Check(updated, "graph", Limit));
    }

    [Fact]
    public void A_tombstone_has_no_content_and_expires_with_its_record()
    {
        GraphRecord deleted = RecordEdits.Delete(Record, "bob", new(Now.Ticks + 5));

        Assert.Equal(RecordFault.None, RecordRules.Check(deleted, "graph", Limit));
        Assert.True(deleted.IsDeleted && deleted.Payload.IsEmpty);
        Assert.Equal(("", 2u, Later), (deleted.Attributes, deleted.Version, deleted.Expires));
    }

    [Fact]
    public void What_an_application_may_not_do_is_an_error()
    {
        GraphRecord deleted = RecordEdits.Delete(Record, "bob", Now);
        GraphRecord own = Record with { Type = RecordTypes.Presence };

        AssertError(PeerErrors.NotAuthorized, () => Add(Draft with { Type = RecordTypes.Contact }));
        AssertError(PeerErrors.InvalidRecordExpiration, () => Add(Draft with { Expires = Now }));
        AssertError(PeerErrors.InvalidAttributes, () => Add(Draft with { Attributes = "<a/>" }));
        AssertError(PeerErrors.MaximumRecordSizeExceeded, () => Add(Draft with { Payload = new byte[Limit - 27] }));
        Add(Draft with { Payload = new byte[Limit - 28] });
        AssertError(PeerErrors.RecordNotFound, () => Update(deleted, deleted));
        AssertError(PeerErrors.NotAuthorized, () => Update(own, own));
        AssertError(PeerErrors.InvalidRecord, () => Update(Record with { Version = 2 }, Record));
        AssertError(PeerErrors.InvalidRecordExpiration, () => Update(Record, Record with { Expires = new(Later.Ticks - 1) }));
        AssertError(
            PeerErrors.InvalidRecordExpiration, () => RecordEdits.Update(Record, Record, "bob", Limit, Later));
        AssertError(PeerErrors.MaximumRecordSizeExceeded, () => Update(Record, Record with { Payload = new byte[Limit] }));
        AssertError(PeerErrors.InvalidAttributes, () => Update(Record, Record with { Attributes = "x" }));
        AssertError(PeerErrors.RecordNotFound, () => RecordEdits.Delete(deleted, "bob", Now));
        AssertError(PeerErrors.NotAuthorized, () => RecordEdits.Delete(own, "bob", Now));
        AssertError(PeerErrors.InvalidRecordExpiration, () => RecordEdits.Delete(Record, "bob", Later));
    }

    private static void Add(GraphRecord draft) => RecordEdits.Add(draft, Limit, Now, new SeededRandom(1));

    private static void Update(GraphRecord current, GraphRecord change) =>
        RecordEdits.Update(current, change, "bob", Limit, Now);

    private static void AssertError(PeerError error, Action action) =>
        Assert.Equal(error, Assert.Throws<PeerException>(action).Error);
}

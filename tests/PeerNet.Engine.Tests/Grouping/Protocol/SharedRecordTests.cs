using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>The graph's own records that any node renews: graph info and signature (MS-PPGRH 3.1.7.6, 3.1.7.7).</summary>
public sealed class SharedRecordTests : IDisposable
{
    private readonly GroupBuilder _group = new();
    private readonly byte[] _payload;
    private readonly GroupBuilder.Member _admin;
    private readonly GroupBuilder.Member _alice;
    private readonly GroupBuilder.Member _bob;
    private readonly GraphSecurityRecord _first;

    public SharedRecordTests()
    {
        _admin = _group.Invite(_group.Creator, "admin", PeerRole.Admin);
        _alice = _group.Invite(_group.Creator, "alice", PeerRole.Member);
        _bob = _group.Invite(_group.Creator, "bob", PeerRole.Member);
        _group.Know(_group.Creator, _admin, _alice, _bob);
        _payload = Encode(_group.SomeProperties());
        _first = _group.GraphInfo(_group.Creator);
    }

    public void Dispose() => _group.Dispose();

    [Fact]
    public void The_graph_info_waits_for_the_groups_properties()
    {
        Assert.Equal(GroupVerdict.UnknownMember, Judge(_first));
        KnowProperties();
        Assert.Equal(GroupVerdict.Valid, Judge(_first));
    }

    [Fact]
    public void Only_the_groups_creator_makes_the_graph_info()
    {
        KnowProperties();

        Assert.Equal(GroupVerdict.Immutable, Judge(_group.GraphInfo(_admin)));
        Assert.Equal(GroupVerdict.Immutable, Judge(_group.GraphInfo(_alice)));
        Assert.Equal(GroupVerdict.Valid, Judge(_first));
    }

    // A newcomer, or a node that starts again, may see no other version than one that a member has renewed.
    [Fact]
    public void Any_member_renews_the_graph_info_and_nobody_changes_it()
    {
        KnowProperties();
        byte[] other = Encode(_group.SomeProperties() with { PresenceDisabled = true });

        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(_first, _alice, _payload)));
        foreach (GroupBuilder.Member member in (GroupBuilder.Member[])[_group.Creator, _admin, _alice])
        {
            Assert.Equal(GroupVerdict.Immutable, Judge(GroupBuilder.Change(_first, member, other)));
            Assert.Equal(GroupVerdict.Immutable, Judge(GroupBuilder.Change(_first, member, [1, 2, 3])));
            Assert.Equal(GroupVerdict.Immutable, Judge(GroupBuilder.Change(_first, member, [])));
        }
    }

    // Names and passwords change; the graph below does not.
    [Fact]
    public void The_graph_info_stays_when_the_groups_name_changes()
    {
        KnowProperties();
        Guid id = new(9, 0, 0, new byte[8]);
        Judge(_group.Properties(_group.SomeProperties(), id));
        Judge(_group.Properties(_group.SomeProperties() with { FriendlyName = "Checkers", Comment = "" }, id));

        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(_first, _bob, _payload)));
    }

    // The creator may have been gone for so long that nobody has his membership any more.
    [Fact]
    public void Who_renews_the_graph_info_must_be_known_and_its_creator_need_not()
    {
        GroupRecordJudge judge = _group.OtherJudge();
        judge.Judge(_group.Properties(_group.SomeProperties()));
        GraphSecurityRecord second = GroupBuilder.Change(_first, _alice, _payload);

        Assert.Equal(GroupVerdict.UnknownMember, judge.Judge(second));
        Assert.Equal(GroupVerdict.Valid, judge.Judge(_group.Membership(_alice)));
        Assert.Equal(GroupVerdict.Valid, judge.Judge(second));
    }

    [Fact]
    public void Nobody_deletes_the_graph_info()
    {
        KnowProperties();
        Assert.Equal(GroupVerdict.Valid, Judge(_first));

        foreach (GroupBuilder.Member member in (GroupBuilder.Member[])[_group.Creator, _admin, _alice])
        {
            GraphSecurityRecord tombstone = GroupBuilder.Change(_first with { IsDeleted = true }, member, []);
            Assert.Equal(GroupVerdict.NotDeletable, Judge(tombstone));
        }
    }

    // Whoever has the lowest node id publishes it, and takes it back when leaving.
    [Fact]
    public void Any_member_changes_and_deletes_the_signature()
    {
        GraphSecurityRecord signature = _group.Record(_alice, RecordTypes.Signature);

        Assert.Equal(GroupVerdict.Valid, Judge(signature));
        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(signature, _bob, [7])));
        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(signature with { IsDeleted = true }, _bob, [])));
        Assert.Equal(
            GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(_group.Record(_alice, RecordTypes.Contact), _bob, [7])));
        Assert.Equal(
            GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(_group.Record(_alice, RecordTypes.Presence), _bob, [7])));
    }

    private void KnowProperties() =>
        Assert.Equal(GroupVerdict.Valid, Judge(_group.Properties(_group.SomeProperties())));

    private static byte[] Encode(SecurityProperties properties) => GraphInfoPayload.Encode(GroupGraphInfo.Of(properties)!);

    private GroupVerdict Judge(GraphSecurityRecord record) => _group.Judge.Judge(record);
}

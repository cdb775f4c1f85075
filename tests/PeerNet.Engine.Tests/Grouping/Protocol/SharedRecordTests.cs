using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>The graph's own records that any node renews: graph info and signature (MS-PPGRH 3.1.7.6, 3.1.7.7).</summary>
public sealed class SharedRecordTests : IDisposable
{
    private static readonly byte[] Payload = [1, 2, 3];

    private readonly GroupBuilder _group = new();
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
        _first = GraphInfo(_group.Creator);
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

        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GraphInfo(_admin)));
        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GraphInfo(_alice)));
        Assert.Equal(GroupVerdict.Valid, Judge(_first));
    }

    [Fact]
    public void Any_member_renews_the_graph_info_as_it_is_and_only_administrators_change_it()
    {
        KnowProperties();
        Assert.Equal(GroupVerdict.Valid, Judge(_first));
        GraphSecurityRecord second = GroupBuilder.Change(_first, _alice, Payload);

        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(_first, _alice, [1, 2, 4])));
        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(_first, _alice, [1, 2])));
        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(_first, _alice, [])));
        Assert.Equal(GroupVerdict.Valid, Judge(second));
        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(second, _admin, [9])));
        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(second, _bob, Payload)));
        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(second, _bob, [9])));
    }

    // An old version, seen again, does not bring the old content back.
    [Fact]
    public void The_latest_graph_info_that_counted_is_the_one_to_renew()
    {
        KnowProperties();
        GraphSecurityRecord second = GroupBuilder.Change(_first, _group.Creator, [9]);
        Assert.Equal(GroupVerdict.Valid, Judge(second));
        Assert.Equal(GroupVerdict.Valid, Judge(_first));

        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(second, _bob, Payload)));
        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(second, _bob, [9])));
    }

    [Fact]
    public void A_renewed_graph_info_waits_until_its_content_is_known()
    {
        KnowProperties();
        GraphSecurityRecord second = GroupBuilder.Change(_first, _alice, Payload);

        Assert.Equal(GroupVerdict.UnknownMember, Judge(second));
        Assert.Equal(GroupVerdict.Valid, Judge(_first));
        Assert.Equal(GroupVerdict.Valid, Judge(second));
    }

    // As after a restart: the version on the disk is often one that another member has renewed.
    [Fact]
    public void A_content_that_is_known_from_elsewhere_is_renewed_too()
    {
        KnowProperties();
        _group.Judge.LearnGraphInfo(Payload);

        Assert.Equal(GroupVerdict.RoleTooLow, Judge(GroupBuilder.Change(_first, _alice, [9])));
        Assert.Equal(GroupVerdict.Valid, Judge(GroupBuilder.Change(_first, _alice, Payload)));
    }

    // The creator may have been gone for so long that nobody has his membership any more.
    [Fact]
    public void Who_renews_the_graph_info_must_be_known_and_its_creator_need_not()
    {
        GroupRecordJudge judge = _group.OtherJudge();
        judge.Judge(_group.Properties(_group.SomeProperties()));
        judge.LearnGraphInfo(Payload);
        GraphSecurityRecord second = GroupBuilder.Change(_first, _alice, Payload);

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

    private GraphSecurityRecord GraphInfo(GroupBuilder.Member by) => _group.Record(by, RecordTypes.GraphInfo, Payload);

    private GroupVerdict Judge(GraphSecurityRecord record) => _group.Judge.Judge(record);
}

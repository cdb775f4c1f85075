using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

public sealed class GroupRecordSignerTests : IDisposable
{
    private readonly GroupBuilder _group = new();
    private readonly GroupBuilder.Member _admin;
    private readonly GroupBuilder.Member _alice;
    private readonly GroupBuilder.Member _bob;

    public GroupRecordSignerTests()
    {
        _admin = _group.Invite(_group.Creator, "admin", PeerRole.Admin);
        _alice = _group.Invite(_admin, "alice", PeerRole.Member);
        _bob = _group.Invite(_group.Creator, "bob", PeerRole.Member, GroupBuilder.Period(days: 1));
        _group.Know(_group.Creator, _admin, _bob);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Properties(_group.SomeProperties())));
    }

    public void Dispose() => _group.Dispose();

    [Fact]
    public void What_is_signed_names_the_credential_of_who_made_it_and_of_who_changed_it()
    {
        GraphSecurityRecord record = Unsigned(_group.Record(_alice));
        RecordSecurityData first = Read(Signer(_alice).Sign(record));
        _group.Know(_alice);
        RecordSecurityData changed = Read(Signer(_admin).Sign(Next(_group.Record(_alice), _admin)));

        Assert.Equal((_alice.Credential.SerialNumber, _alice.Credential.SerialNumber), (first.CreatorSerial, first.ModifierSerial));
        Assert.Equal(
            (_alice.Credential.SerialNumber, _admin.Credential.SerialNumber), (changed.CreatorSerial, changed.ModifierSerial));
    }

    [Fact]
    public void A_member_changes_its_own_records_with_its_newest_credential()
    {
        GroupBuilder.Member renewed = _group.Renew(_alice, _admin, PeerRole.Member, GroupBuilder.Period(100));
        RecordSecurityData data = Read(Signer(renewed).Sign(Next(_group.Record(_alice), _alice)));

        Assert.Equal((renewed.Credential.SerialNumber, renewed.Credential.SerialNumber), (data.CreatorSerial, data.ModifierSerial));
    }

    // The membership is the first thing that a member publishes; nobody has heard of it before, not even its own node.
    [Fact]
    public void A_member_publishes_before_it_stands_in_its_own_list()
    {
        Assert.Empty(_group.Members.Find(_alice.Name));
        Signer(_alice).Sign(Unsigned(_group.Membership(_alice)));
        Signer(_alice).Sign(Unsigned(_group.Record(_alice)));
    }

    [Fact]
    public void What_others_would_not_take_is_not_signed()
    {
        GraphSecurityRecord bobs = _group.Record(_bob);
        GraphSecurityRecord byAlice = Next(bobs, _alice);
        GraphSecurityRecord membership = Unsigned(_group.Membership(_alice)) with { IsDeleted = true, Data = [] };

        Refuses(PeerErrors.NotAuthorized, _alice, byAlice);
        Refuses(PeerErrors.NotAuthorized, _alice, byAlice with { IsDeleted = true, Data = [] });
        Refuses(PeerErrors.NotAuthorized, _alice, membership);
        Refuses(PeerErrors.NotAuthorized, _alice, bobs);
        Refuses(PeerErrors.InvalidRecord, _admin, Unsigned(Next(bobs, _admin)));
        Refuses(PeerErrors.NotAuthorized, _alice, Unsigned(_group.Revoke(_alice, _bob, 2)));
        Refuses(PeerErrors.NotAuthorized, _alice, Unsigned(_group.Record(_alice, atHours: -1)));
        Refuses(PeerErrors.NotAuthorized, _bob, Unsigned(_group.Record(_bob, atHours: 25, lifeHours: -2)));
        Refuses(PeerErrors.InvalidGroupProperties, _alice, Unsigned(_group.GraphInfo(_alice)));
        Refuses(PeerErrors.InvalidRecordExpiration, _bob, Unsigned(_group.Record(_bob, lifeHours: 24)));
        Refuses(PeerErrors.InvalidRecord, _alice, Unsigned(_group.Record(_alice, GroupRecordTypes.Membership)));
        Refuses(PeerErrors.InvalidRecord, _admin, Unsigned(_group.Record(_admin, GroupRecordTypes.Revocation)));
    }

    [Fact]
    public void Whom_a_revocation_stands_against_signs_no_more()
    {
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(_admin, _alice, atHours: 5)));

        Signer(_alice).Sign(Unsigned(_group.Record(_alice, atHours: 4)));
        Refuses(PeerErrors.NotAuthorized, _alice, Unsigned(_group.Record(_alice, atHours: 5)));
    }

    [Fact]
    public void What_depends_on_what_has_not_arrived_has_to_wait()
    {
        GroupRecordJudge judge = _group.OtherJudge();
        GraphSecurityRecord changed = Next(_group.Record(_bob), _admin);
        GraphSecurityRecord info = Unsigned(_group.GraphInfo(_group.Creator));

        Refuses(PeerErrors.GroupNotReady, _admin, changed, judge);
        Refuses(PeerErrors.GroupNotReady, _group.Creator, info, judge);
        judge.LearnProperties(_group.SomeProperties());
        new GroupRecordSigner(_group.Creator.Key, _group.Creator.Credential, judge).Sign(info);
    }

    [Fact]
    public void Any_member_renews_the_graph_info_and_none_changes_it()
    {
        GraphSecurityRecord info = _group.GraphInfo(_group.Creator);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(info));
        GraphSecurityRecord next = Next(info, _alice);

        Signer(_alice).Sign(next);
        Refuses(PeerErrors.InvalidGroupProperties, _alice, next with { Data = [7] });
    }

    [Fact]
    public void A_signer_has_the_key_of_its_credential() =>
        Assert.Throws<ArgumentException>(() => new GroupRecordSigner(_alice.Key, _bob.Credential, _group.Judge));

    [Fact]
    public void Properties_are_signed_by_the_groups_key_and_nothing_else_is()
    {
        GroupRecordJudge judge = _group.OtherJudge();
        GraphSecurityRecord record = Unsigned(_group.Properties(_group.SomeProperties()));
        byte[] signed = GroupRecordSigner.SignProperties(record, _group.Key, judge);

        Assert.Equal(GroupVerdict.Valid, judge.Judge(record with { SecurityData = signed }));
        Fails(PeerErrors.NotAuthorized, () => GroupRecordSigner.SignProperties(record, _admin.Key, judge));
        Fails(PeerErrors.NotAuthorized, () => Signer(_admin).Sign(record));
        Fails(PeerErrors.NotAuthorized, () => GroupRecordSigner.SignProperties(
            Unsigned(_group.Record(_alice)), _group.Key, judge));
        Fails(PeerErrors.NotAuthorized, () => GroupRecordSigner.SignProperties(
            record with { IsDeleted = true, Data = [] }, _group.Key, judge));
        Fails(PeerErrors.InvalidGroupProperties, () => GroupRecordSigner.SignProperties(
            record with { Id = Guid.NewGuid() }, _group.Key, judge));
    }

    // Whatever is thrown at it: it refuses, or what it signs is taken by a node that knows the same.
    [Fact]
    public void Everything_that_is_signed_is_judged_valid_by_others()
    {
        SeededBytes random = new();
        GraphSecurityRecord revocation = _group.Revoke(_group.Creator, _bob, atHours: 6);
        GroupRecordJudge other = _group.OtherJudge();
        GroupBuilder.Member[] all = [_group.Creator, _admin, _alice, _bob];
        foreach (GroupRecordJudge judge in (GroupRecordJudge[])[_group.Judge, other])
        {
            judge.Judge(_group.Properties(_group.SomeProperties(), new Guid(1, 2, 3, new byte[8])));
            Assert.All(all, one => Assert.Equal(GroupVerdict.Valid, judge.Judge(_group.Membership(one))));
            Assert.Equal(GroupVerdict.Valid, judge.Judge(revocation));
        }

        int signed = 0;
        for (int i = 0; i < 2_000; i++)
        {
            (GraphSecurityRecord record, GroupBuilder.Member by) = Draw(random, all);
            byte[] data;
            try
            {
                data = Signer(by).Sign(record);
            }
            catch (PeerException)
            {
                continue;
            }

            signed++;
            GraphSecurityRecord published = record with { SecurityData = data };
            _group.Judge.Judge(published);
            GroupVerdict verdict = other.Judge(published);
            Assert.True(verdict == GroupVerdict.Valid, $"Seed {random.Seed}, record {i}: {verdict}, {record}");
        }

        Assert.InRange(signed, 200, 1_800);
    }

    private (GraphSecurityRecord Record, GroupBuilder.Member By) Draw(SeededBytes random, GroupBuilder.Member[] all)
    {
        Guid[] types =
        [
            GroupBuilder.RecordType, RecordTypes.GraphInfo, RecordTypes.Signature, RecordTypes.Contact,
            GroupRecordTypes.Membership, GroupRecordTypes.Revocation, GroupRecordTypes.SecurityProperties,
        ];
        GroupBuilder.Member by = all[random.Next(all.Length)];
        GroupBuilder.Member creator = random.Chance(2) ? by : all[random.Next(all.Length)];
        Guid type = types[random.Next(types.Length)];
        double hours = random.Next(30) - 1;
        byte[] content =
            type == GroupRecordTypes.Membership ? MembershipPayload.Encode(all[random.Next(all.Length)].Chain)
            : type == GroupRecordTypes.Revocation ? GroupBuilder.Revocation(_bob, hours + random.Next(2)).Encode()
            : [1, 2, (byte)(random.Chance(2) ? 3 : 4)];
        GraphSecurityRecord record = _group.Record(creator, type, content, hours, random.Next(30));
        if (random.Chance(2) || creator != by)
        {
            record = record with { Version = 2, ModifierId = random.Chance(8) ? creator.Name.Value : by.Name.Value };
        }

        if (random.Chance(4))
        {
            record = record with { IsDeleted = true, Data = [] };
        }

        return (random.Chance(8) ? Unsigned(record) : record, by);
    }

    private static GraphSecurityRecord Unsigned(GraphSecurityRecord record) => record with { SecurityData = [] };

    private static GraphSecurityRecord Next(GraphSecurityRecord record, GroupBuilder.Member by) =>
        record with { Version = record.Version + 1, ModifierId = by.Name.Value };

    private static RecordSecurityData Read(byte[] bytes)
    {
        Assert.True(RecordSecurityData.TryRead(bytes, out RecordSecurityData data));
        return data;
    }

    private static void Fails(PeerError error, Func<byte[]> action) =>
        Assert.Equal(error, Assert.Throws<PeerException>(action).Error);

    private GroupRecordSigner Signer(GroupBuilder.Member member, GroupRecordJudge? judge = null) =>
        new(member.Key, member.Credential, judge ?? _group.Judge);

    private void Refuses(
        PeerError error,
        GroupBuilder.Member by,
        GraphSecurityRecord record,
        GroupRecordJudge? judge = null) => Fails(error, () => Signer(by, judge).Sign(record));
}

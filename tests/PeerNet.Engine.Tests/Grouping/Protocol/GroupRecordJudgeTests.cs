using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

public sealed class GroupRecordJudgeTests : IDisposable
{
    private readonly GroupBuilder _group = new();
    private readonly GroupBuilder.Member _admin;
    private readonly GroupBuilder.Member _alice;
    private readonly GroupBuilder.Member _bob;

    public GroupRecordJudgeTests()
    {
        _admin = _group.Invite(_group.Creator, "admin", PeerRole.Admin);
        _alice = _group.Invite(_admin, "alice", PeerRole.Member);
        _bob = _group.Invite(_group.Creator, "bob", PeerRole.Member);
    }

    public void Dispose() => _group.Dispose();

    [Fact]
    public void A_record_of_a_known_member_is_taken()
    {
        _group.Know(_alice);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Record(_alice)));
    }

    [Fact]
    public void A_record_of_an_unknown_member_waits_until_its_membership_arrives()
    {
        GraphSecurityRecord record = _group.Record(_alice);
        Assert.Equal(GroupVerdict.UnknownMember, _group.Judge.Judge(record));

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Membership(_alice)));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(record));
    }

    public static TheoryData<string> Fields =>
        ["type", "id", "version", "creation", "expiration", "modification", "deleted", "attributes", "data", "creator"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void The_signature_covers_every_field(string field)
    {
        _group.Know(_alice, _bob);
        GraphSecurityRecord record = _group.Record(_alice);
        GraphSecurityRecord changed = field switch
        {
            "type" => record with { Type = Guid.NewGuid() },
            "id" => record with { Id = Guid.NewGuid() },
            "version" => record with { Version = 2 },
            "creation" => record with { CreationTime = record.CreationTime + 1 },
            "expiration" => record with { ExpirationTime = record.ExpirationTime + 1 },
            "modification" => record with { ModificationTime = record.ModificationTime + 1 },
            "deleted" => record with { IsDeleted = true },
            "attributes" => record with { Attributes = "<attributes/>" },
            "data" => record with { Data = [1, 2, 4] },
            _ => record with { CreatorId = _bob.Name.Value },
        };

        Assert.NotEqual(GroupVerdict.Valid, _group.Judge.Judge(changed));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(record));
    }

    // What one field says cannot be moved into the next.
    [Fact]
    public void A_modifier_is_not_an_attribute()
    {
        GraphSecurityRecord one = _group.Record(_alice) with { ModifierId = "ab", Attributes = "" };
        GraphSecurityRecord other = one with { ModifierId = "", Attributes = "ab" };
        Span<byte> first = stackalloc byte[RecordDigest.Length];
        Span<byte> second = stackalloc byte[RecordDigest.Length];
        RecordDigest.Create(one, 1, 2, first);
        RecordDigest.Create(other, 1, 2, second);

        Assert.False(first.SequenceEqual(second));
    }

    [Fact]
    public void Nobody_signs_as_another()
    {
        _group.Know(_alice, _bob);
        GraphSecurityRecord record = _group.Record(_alice);
        byte[] bobs = GroupBuilder.SignWith(
            record, _bob.Key, _alice.Credential.SerialNumber, _alice.Credential.SerialNumber);

        Assert.Equal(GroupVerdict.BadSignature, _group.Judge.Judge(record with { SecurityData = bobs }));
    }

    [Fact]
    public void A_member_changes_its_own_records_and_an_administrator_all()
    {
        _group.Know(_admin, _alice, _bob);
        GraphSecurityRecord record = _group.Record(_alice);

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(GroupBuilder.Change(record, _alice, [4])));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(GroupBuilder.Change(record, _admin, [4])));
        Assert.Equal(GroupVerdict.RoleTooLow, _group.Judge.Judge(GroupBuilder.Change(record, _bob, [4])));
    }

    [Fact]
    public void A_record_lives_within_its_authors_credential()
    {
        GroupBuilder.Member shortLived = _group.Invite(_group.Creator, "short", PeerRole.Member, GroupBuilder.Period(1));
        _group.Know(shortLived);

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Record(shortLived, lifeHours: 20)));
        Assert.Equal(GroupVerdict.OutlivesCredential, _group.Judge.Judge(_group.Record(shortLived, lifeHours: 24)));
        Assert.Equal(GroupVerdict.OutsideCredential, _group.Judge.Judge(_group.Record(shortLived, atHours: -1)));
        Assert.Equal(
            GroupVerdict.OutsideCredential, _group.Judge.Judge(_group.Record(shortLived, atHours: 25, lifeHours: -2)));
    }

    // Whoever turns his clock back can sign as long ago as he likes; but what he signs is over when his credential is.
    [Fact]
    public void A_clock_that_is_turned_back_revives_no_credential()
    {
        GroupBuilder.Member expired = _group.Invite(_group.Creator, "expired", PeerRole.Admin, GroupBuilder.Period(1));
        _group.Know(expired, _alice);
        GraphSecurityRecord backdated = _group.Record(expired, atHours: 20, lifeHours: 1);
        GraphSecurityRecord lasting = _group.Record(expired, atHours: 20, lifeHours: 5);
        GraphSecurityRecord alices = _group.Record(_alice, atHours: 26);

        Assert.True(new PeerTime(backdated.ExpirationTime) <= expired.Credential.NotAfter);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(backdated));
        Assert.Equal(GroupVerdict.OutlivesCredential, _group.Judge.Judge(lasting));
        Assert.Equal(GroupVerdict.OutsideCredential, _group.Judge.Judge(GroupBuilder.Change(alices, expired, [4])));
        Assert.Null(_group.Members.Current(expired.Name, At(25)));
        Assert.NotNull(_group.Members.Current(expired.Name, At(20)));
    }

    // What a credential is good for is asked at the record's time, not at the judge's.
    [Fact]
    public void Old_records_of_a_member_count_after_its_credential_has_been_renewed()
    {
        GroupBuilder.Member first = _group.Invite(_group.Creator, "carol", PeerRole.Member, GroupBuilder.Period(1));
        GroupBuilder.Member renewed = _group.Renew(
            first, _group.Creator, PeerRole.Member, GroupBuilder.Period(days: 10, startHours: 20));
        _group.Know(first, renewed);

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Record(first, atHours: 2)));
        Assert.Equal(GroupVerdict.OutsideCredential, _group.Judge.Judge(_group.Record(renewed, atHours: 2)));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Record(renewed, atHours: 30)));
    }

    // Serial numbers belong to one group.
    [Fact]
    public void A_record_of_one_group_is_worth_nothing_in_another_one_of_the_same_member()
    {
        using GroupBuilder other = new();
        MembershipChain elsewhere = other.Issuer.IssueFirst(
            other.Key, other.Root, _alice.Identity, PeerRole.Member, GroupBuilder.Period(100));
        GroupBuilder.Member aliceElsewhere = new(_alice.Key, _alice.Identity, elsewhere, other.Name);
        _group.Know(_alice);

        Assert.Equal(GroupVerdict.UnknownMember, _group.Judge.Judge(other.Record(aliceElsewhere)));
    }

    [Fact]
    public void A_membership_brings_a_credential_of_this_group_or_nothing()
    {
        using GroupBuilder other = new();
        Assert.Equal(
            GroupVerdict.BadCredential,
            _group.Judge.Judge(_group.Membership(_alice, other.Creator.Chain)));
        Assert.Equal(
            GroupVerdict.BadCredential,
            _group.Judge.Judge(_group.Record(_alice, GroupRecordTypes.Membership, [2, 0, 0, 0, 0, 1, 9])));
        Assert.Equal(0, _group.Members.Count);
    }

    [Fact]
    public void A_member_can_bring_anothers_credential_when_it_is_known_itself()
    {
        GraphSecurityRecord record = _group.Membership(_admin, _alice.Chain);
        Assert.Equal(GroupVerdict.UnknownMember, _group.Judge.Judge(record));

        _group.Know(_admin);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(record));
        Assert.NotNull(_group.Members.Find(_alice.Name, _alice.Credential.SerialNumber));
    }

    [Fact]
    public void The_groups_own_records_are_not_deleted()
    {
        GraphSecurityRecord membership = _group.Membership(_alice) with { IsDeleted = true, Data = [] };
        _group.Know(_alice, _admin);
        GraphSecurityRecord revocation = GroupBuilder.Sign(
            _group.Revoke(_admin, _alice, atHours: 2) with { IsDeleted = true, Data = [] },
            _admin,
            _admin.Credential.SerialNumber);

        Assert.Equal(
            GroupVerdict.NotDeletable,
            _group.Judge.Judge(GroupBuilder.Sign(membership, _alice, _alice.Credential.SerialNumber)));
        Assert.Equal(GroupVerdict.NotDeletable, _group.Judge.Judge(revocation));
    }

    [Fact]
    public void Properties_are_signed_by_the_groups_key_alone()
    {
        GraphSecurityRecord properties = _group.Properties(_group.SomeProperties());
        _group.Know(_admin);
        GraphSecurityRecord admins = _group.Record(
            _admin, GroupRecordTypes.SecurityProperties, _group.SomeProperties().Encode());
        byte[] stolen = GroupBuilder.SignWith(properties, _admin.Key, 0, 0);

        Assert.Equal(GroupVerdict.RoleTooLow, _group.Judge.Judge(admins));
        Assert.Equal(GroupVerdict.BadSignature, _group.Judge.Judge(properties with { SecurityData = stolen }));
        Assert.Null(_group.Judge.Properties);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(properties));
        Assert.Equal("Fridays", _group.Judge.Properties?.Comment);
    }

    // MS-PPSEC 3.1.7.1
    [Fact]
    public void Properties_live_within_the_groups_root()
    {
        GraphSecurityRecord late = _group.Properties(_group.SomeProperties(), lifeHours: 24 * 401);

        Assert.Equal(GroupVerdict.OutlivesCredential, _group.Judge.Judge(late));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Properties(_group.SomeProperties())));
    }

    [Fact]
    public void Properties_that_are_known_before_their_record_are_what_the_record_has_to_say()
    {
        _group.Judge.LearnProperties(_group.SomeProperties());

        Assert.Equal(
            GroupVerdict.Immutable,
            _group.Judge.Judge(_group.Properties(_group.SomeProperties() with { Creator = _alice.Name })));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Properties(_group.SomeProperties())));
        Assert.Equal(GroupVerdict.Immutable, _group.Judge.Judge(_group.Properties(_group.SomeProperties())));
    }

    [Fact]
    public void What_is_fixed_when_a_group_is_made_stays()
    {
        SecurityProperties first = _group.SomeProperties();
        GraphSecurityRecord record = _group.Properties(first);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(record));

        Assert.Equal(GroupVerdict.Valid, Next(first with { Comment = "Mondays", FriendlyName = "Go" }));
        Assert.Equal(GroupVerdict.Immutable, Next(first with { Cloud = "LinkLocal_x" }));
        Assert.Equal(GroupVerdict.Immutable, Next(first with { MembershipLifetime = TimeSpan.FromDays(5) }));
        Assert.Equal(GroupVerdict.Immutable, Next(first with { Creator = _alice.Name }));
        Assert.Equal(GroupVerdict.Immutable, Next(first with { Password = null }));
        Assert.Equal(GroupVerdict.Immutable, _group.Judge.Judge(_group.Properties(first, id: Guid.NewGuid())));

        GroupVerdict Next(SecurityProperties next) => _group.Judge.Judge(_group.Properties(next, record.Id));
    }

    [Fact]
    public void What_was_signed_before_a_revocation_stays_and_later_records_fall()
    {
        _group.Know(_admin, _alice);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(_admin, _alice, atHours: 10)));

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Record(_alice, atHours: 9)));
        Assert.Equal(GroupVerdict.Revoked, _group.Judge.Judge(_group.Record(_alice, atHours: 10)));
        Assert.NotNull(_group.Members.Current(_alice.Name, At(9)));
        Assert.Null(_group.Members.Current(_alice.Name, At(10)));
    }

    [Fact]
    public void Only_administrators_revoke()
    {
        GroupBuilder.Member inviting = _group.Invite(_group.Creator, "inviting", PeerRole.InvitingMember);
        _group.Know(_alice, _bob, inviting);

        Assert.Equal(GroupVerdict.RoleTooLow, _group.Judge.Judge(_group.Revoke(_alice, _bob, atHours: 10)));
        Assert.Equal(GroupVerdict.RoleTooLow, _group.Judge.Judge(_group.Revoke(inviting, _bob, atHours: 10)));
        Assert.NotNull(_group.Members.Current(_bob.Name, At(11)));
    }

    [Fact]
    public void A_revocation_is_not_dated_back()
    {
        _group.Know(_admin, _alice);
        GraphSecurityRecord early = _group.Record(
            _admin,
            GroupRecordTypes.Revocation,
            new Revocation { Member = _alice.Name, SerialNumber = 1, Since = At(1) }.Encode(),
            atHours: 2);

        Assert.Equal(GroupVerdict.Malformed, _group.Judge.Judge(early));
    }

    [Fact]
    public void Whom_a_revoked_member_lets_in_afterwards_is_no_member()
    {
        GroupBuilder.Member late = _group.Invite(_admin, "late", PeerRole.Member);
        _group.Know(_admin, _alice);
        GraphSecurityRecord revocation = _group.Revoke(
            _group.Creator, _admin, 10, [.. _group.Members.IssuedBy(_admin.Name)]);
        _group.Know(_group.Creator);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(revocation));

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Membership(late)));
        Assert.Equal(GroupVerdict.Revoked, _group.Judge.Judge(_group.Record(late)));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Record(_alice)));
        Assert.Null(_group.Members.Current(late.Name, At(5)));
        Assert.NotNull(_group.Members.Current(_alice.Name, At(11)));
    }

    [Fact]
    public void What_a_member_has_issued_is_found_in_every_chain_and_among_the_revocations()
    {
        GroupBuilder.Member inviting = _group.Invite(_admin, "inviting", PeerRole.InvitingMember);
        GroupBuilder.Member below = _group.Invite(inviting, "below", PeerRole.Member);
        GroupBuilder.Member renewed = _group.Renew(_admin, _group.Creator, PeerRole.Admin, GroupBuilder.Period(250, 1));
        GroupBuilder.Member second = _group.Invite(renewed, "second", PeerRole.Member, GroupBuilder.Period(100, 1));
        _group.Know(_admin, _alice, _bob, below, second);
        GraphSecurityRecord revocation = _group.Revoke(_admin, _bob, atHours: 5);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(revocation));

        Assert.Equal(
            new[]
            {
                _alice.Fingerprint, inviting.Fingerprint, second.Fingerprint, Fingerprint.Of(revocation.Data),
            }.Order(),
            _group.Members.IssuedBy(_admin.Name));
        Assert.Empty(_group.Members.IssuedBy(_alice.Name));
    }

    // Whoever may let in anybody can give an administrator a smaller role, and does not take the greater one.
    [Fact]
    public void A_role_is_lowered_by_revoking_it_alone()
    {
        GroupBuilder.Member inviting = _group.Invite(_group.Creator, "inviting", PeerRole.InvitingMember);
        GroupBuilder.Member lowered = _group.Renew(_admin, inviting, PeerRole.Member, GroupBuilder.Period(50, startHours: 3));
        _group.Know(_group.Creator, _admin, inviting, lowered);

        Assert.Equal(PeerRole.Admin, _group.Members.Current(_admin.Name, At(4))?.Role);
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(_group.Creator, _admin, atHours: 2)));
        Assert.Equal(PeerRole.Member, _group.Members.Current(_admin.Name, At(4))?.Role);
    }

    // By who comes when its author has gone, and his membership with him; and before the memberships arrive.
    [Fact]
    public void A_revocation_that_brings_its_authors_credential_is_heard_by_everybody()
    {
        GroupRecordJudge other = _group.OtherJudge();
        GroupVerdict Hear(GroupBuilder.Member by, MembershipChain? issuer) => other.Judge(_group.Record(
            by,
            GroupRecordTypes.Revocation,
            (GroupBuilder.Revocation(_alice, 5) with { Issuer = issuer }).Encode(),
            atHours: 5));
        using GroupBuilder elsewhere = new();

        Assert.Equal(GroupVerdict.UnknownMember, Hear(_admin, issuer: null));
        Assert.Equal(GroupVerdict.UnknownMember, Hear(_admin, _group.Creator.Chain));
        Assert.Equal(GroupVerdict.BadCredential, Hear(_admin, elsewhere.Creator.Chain));
        Assert.Equal(GroupVerdict.RoleTooLow, Hear(_bob, _bob.Chain));
        Assert.Equal(GroupVerdict.Valid, Hear(_admin, _admin.Chain));
        Assert.Equal(GroupVerdict.Valid, other.Judge(_group.Membership(_alice)));
        Assert.Equal(GroupVerdict.Revoked, other.Judge(_group.Record(_alice, atHours: 6)));
    }

    // Which of them stands is settled when all are there, in whatever order they come.
    [Fact]
    public void A_revocation_by_who_is_revoked_is_taken_and_does_not_stand()
    {
        _group.Know(_group.Creator, _admin, _alice, _bob);

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(_group.Creator, _admin, 10, _alice.Fingerprint)));
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(_admin, _bob, atHours: 12)));
        Assert.NotNull(_group.Members.Current(_bob.Name, At(20)));
    }

    [Fact]
    public void A_revocation_outlives_the_credential_of_who_made_it()
    {
        GroupBuilder.Member shortLived = _group.Enroll("short", PeerRole.Admin, GroupBuilder.Period(1));
        _group.Know(shortLived, _alice);

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(shortLived, _alice, atHours: 5)));
        Assert.Null(_group.Members.Current(_alice.Name, At(24 * 100)));
    }

    [Fact]
    public void A_revocation_is_not_taken_back_by_changing_it()
    {
        _group.Know(_admin, _alice);
        GraphSecurityRecord revocation = _group.Revoke(_admin, _alice, atHours: 5);
        byte[] later = new Revocation { Member = _bob.Name, SerialNumber = 1, Since = At(100) }.Encode();
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(revocation));

        Assert.Equal(GroupVerdict.NotDeletable, _group.Judge.Judge(GroupBuilder.Change(revocation, _admin, later)));
        Assert.Null(_group.Members.Current(_alice.Name, At(6)));
    }

    private static PeerTime At(double hours) => GroupBuilder.PeerNow + TimeSpan.FromHours(hours);
}

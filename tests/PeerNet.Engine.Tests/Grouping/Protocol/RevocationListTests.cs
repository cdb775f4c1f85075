using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

public sealed class RevocationListTests : IDisposable
{
    private readonly GroupBuilder _group = new();
    private readonly GroupBuilder.Member _senior;
    private readonly GroupBuilder.Member _junior;
    private readonly GroupBuilder.Member _alice;

    public RevocationListTests()
    {
        _senior = _group.Invite(_group.Creator, "senior", PeerRole.Admin);
        _junior = _group.Invite(_senior, "junior", PeerRole.Admin);
        _alice = _group.Invite(_junior, "alice", PeerRole.Member, GroupBuilder.Period(days: 100, startHours: 2));
    }

    public void Dispose() => _group.Dispose();

    [Fact]
    public void A_revoked_administrator_cannot_revoke_back() => InEveryOrder(
        [(_senior, _junior, 10), (_junior, _senior, 11), (_junior, _alice, 12)],
        standing: [_junior],
        untouched: [_senior, _alice]);

    // Also when he says that he was first.
    [Fact]
    public void Of_two_that_revoke_each_other_the_one_nearer_to_the_groups_key_wins() => InEveryOrder(
        [(_junior, _senior, 5), (_senior, _junior, 10)], standing: [_junior], untouched: [_senior]);

    [Fact]
    public void Of_two_equally_near_the_one_with_the_older_credential_wins()
    {
        GroupBuilder.Member newer = _group.Invite(
            _group.Creator, "newer", PeerRole.Admin, GroupBuilder.Period(days: 100, startHours: 1));

        InEveryOrder([(newer, _senior, 5), (_senior, newer, 10)], standing: [newer], untouched: [_senior]);
    }

    [Fact]
    public void The_creator_is_never_revoked() => InEveryOrder(
        [(_senior, _group.Creator, 5), (_group.Creator, _senior, 10)], standing: [_senior], untouched: [_group.Creator]);

    [Fact]
    public void What_an_administrator_is_known_to_have_revoked_before_stays_revoked() => InEveryOrder(
        [(_junior, _alice, 5), (_senior, _junior, 10)], standing: [_alice, _junior], untouched: [_senior]);

    // He has his key still, and writes the time himself.
    [Fact]
    public void What_a_revoked_administrator_dates_back_revokes_nobody()
    {
        GroupBuilder.Member bystander = _group.Enroll("bystander", PeerRole.Admin);
        Revocation known = GroupBuilder.Revocation(_alice, 5);
        Revocation datedBack = GroupBuilder.Revocation(bystander, 5);
        Revocation against = GroupBuilder.Revocation(_junior, 10, Fingerprint.Of(known.Encode()), _alice.Fingerprint);

        foreach ((GroupBuilder.Member, Revocation)[] order in Permute(
            [(_junior, known), (_junior, datedBack), (_senior, against)]))
        {
            RevocationList list = List(order);
            Assert.NotNull(list.Find(_alice.Credential, At(100)));
            Assert.Null(list.Find(bystander.Credential, At(100)));
        }
    }

    [Fact]
    public void What_was_revoked_by_whom_a_revoked_administrator_let_in_stays_only_if_he_is_kept()
    {
        GroupBuilder.Member deputy = _group.Invite(_junior, "deputy", PeerRole.Admin);
        Revocation byDeputy = GroupBuilder.Revocation(_alice, 5);

        Assert.NotNull(List(
            [(deputy, byDeputy), (_senior, GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint, deputy.Fingerprint))])
            .Find(_alice.Credential, At(100)));
        Assert.Null(List(
            [(deputy, byDeputy), (_senior, GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint))])
            .Find(_alice.Credential, At(100)));
    }

    [Fact]
    public void A_junior_may_revoke_a_senior_who_does_not_object() => InEveryOrder(
        [(_junior, _senior, 5)], standing: [_senior], untouched: [_junior, _group.Creator]);

    [Fact]
    public void Who_was_let_in_and_is_kept_stays_and_nobody_else_does()
    {
        GroupBuilder.Member other = _group.Invite(_junior, "other", PeerRole.Member);
        GroupBuilder.Member below = _group.Invite(
            _group.Invite(_junior, "inviting", PeerRole.InvitingMember), "below", PeerRole.Member);
        RevocationList list = List([(_senior, GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint))]);

        Assert.Null(list.Find(_alice.Credential, At(50)));
        Assert.NotNull(list.Find(other.Credential, At(50)));
        Assert.NotNull(list.Find(below.Credential, At(50)));
    }

    // Who is revoked has the key still. What he issues with it now may say that it begins long ago.
    [Fact]
    public void Who_is_let_in_with_a_date_before_the_revocation_counts_at_no_time()
    {
        GroupBuilder.Member late = _group.Invite(_junior, "late", PeerRole.Member, GroupBuilder.Period(days: 10));
        RevocationList list = List([(_senior, GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint))]);

        Assert.NotNull(list.Find(late.Credential, At(50)));
        Assert.NotNull(list.Find(late.Credential, At(5)));
    }

    // The issuer chooses the serial numbers.
    [Fact]
    public void A_kept_certificate_is_not_taken_for_another_with_its_serial_number()
    {
        GroupBuilder.Member twin = _group.InviteAgain(_junior, _alice, "twin");
        RevocationList list = List([(_senior, GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint))]);

        Assert.Equal(_alice.Credential.SerialNumber, twin.Credential.SerialNumber);
        Assert.Null(list.Find(_alice.Credential, At(50)));
        Assert.NotNull(list.Find(twin.Credential, At(50)));
    }

    [Fact]
    public void Where_several_revocations_stand_each_must_keep_what_stays()
    {
        Revocation keeping = GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint);
        Revocation dropping = GroupBuilder.Revocation(_junior, 12);

        Assert.Null(List([(_senior, keeping), (_group.Creator, keeping)]).Find(_alice.Credential, At(50)));
        foreach ((GroupBuilder.Member, Revocation)[] order in Permute([(_senior, keeping), (_group.Creator, dropping)]))
        {
            Assert.NotNull(List(order).Find(_alice.Credential, At(50)));
        }
    }

    [Fact]
    public void A_revocation_that_does_not_stand_takes_nobody_along()
    {
        GroupBuilder.Member rebel = _group.Invite(_group.Creator, "rebel", PeerRole.Admin);
        (GroupBuilder.Member, Revocation)[] all =
        [
            (rebel, GroupBuilder.Revocation(_junior, 10)), (_group.Creator, GroupBuilder.Revocation(rebel, 5)),
        ];

        Assert.All(Permute(all), order => Assert.Null(List(order).Find(_alice.Credential, At(50))));
    }

    [Fact]
    public void Credentials_issued_before_fall_too_and_those_issued_later_count()
    {
        GroupBuilder.Member drawer = _group.Renew(_alice, _senior, PeerRole.Admin, GroupBuilder.Period(50, startHours: 1));
        GroupBuilder.Member again = _group.Renew(_alice, _senior, PeerRole.Member, GroupBuilder.Period(50, startHours: 20));
        RevocationList list = List(Keeping([(_senior, _alice, 10)]));

        Assert.NotNull(list.Find(drawer.Credential, At(30)));
        Assert.Null(list.Find(again.Credential, At(30)));
    }

    // A record has one content at a time, as in the database.
    [Fact]
    public void Another_content_of_a_revocations_record_takes_the_place_of_the_first()
    {
        RevocationList list = List([(_senior, GroupBuilder.Revocation(_alice, 10))]);
        list.Add(new Guid(1, 0, 0, new byte[8]), GroupBuilder.Revocation(_junior, 10, _alice.Fingerprint), _senior.Credential);

        Assert.Equal(1, list.Count);
        Assert.Null(list.Find(_alice.Credential, At(30)));
        Assert.NotNull(list.Find(_junior.Credential, At(30)));
    }

    // Each revokes the next, and the last is asked for first: the answer must not take the call stack.
    [Fact]
    public void A_quarrel_may_be_as_long_as_the_list()
    {
        const int Length = 2_000;
        RevocationList list = new(_group.Creator.Name);
        GroupBuilder.Member[] line = [.. Enumerable.Range(0, Length).Select(i => _group.Enroll(
            $"admin{i}",
            PeerRole.Admin,
            new CertificateValidity(GroupBuilder.Now.AddSeconds(i), GroupBuilder.Now.AddDays(100)),
            _senior.Key))];
        for (int i = Length - 2; i >= 0; i--)
        {
            list.Add(new Guid(i, 0, 0, new byte[8]), GroupBuilder.Revocation(line[i + 1], 50), line[i].Credential);
        }

        // The first stands, so the second does not, so the third does.
        (Revocation? Last, Revocation? Before) found = default;
        Thread small = new(
            () => found = (list.Find(line[^1].Credential, At(60)), list.Find(line[^2].Credential, At(60))),
            maxStackSize: 256 * 1024);
        small.Start();
        small.Join();
        Assert.NotNull(found.Last);
        Assert.Null(found.Before);
    }

    [Fact]
    public void An_expired_revocation_is_forgotten()
    {
        RevocationList list = List(Keeping([(_senior, _alice, 10)]));
        list.Remove(new Guid(1, 0, 0, new byte[8]));

        Assert.Null(list.Find(_alice.Credential, At(30)));
        Assert.Equal(0, list.Count);
    }

    // Everybody against everybody: the question ends, and has one answer.
    [Fact]
    public void A_quarrel_of_many_is_settled()
    {
        GroupBuilder.Member[] quarrel = [.. Enumerable.Range(0, 12).Select(i => _group.Invite(
            _senior, $"admin{i}", PeerRole.Admin, GroupBuilder.Period(days: 100, startHours: i)))];
        (GroupBuilder.Member, GroupBuilder.Member, double)[] all =
            [.. from one in quarrel from other in quarrel where one != other select (one, other, 50.0)];
        RevocationList forward = List(Keeping(all));
        RevocationList backward = List([.. Keeping(all).Reverse()]);

        Assert.Null(forward.Find(quarrel[0].Credential, At(60)));
        Assert.All(quarrel[1..], one => Assert.NotNull(forward.Find(one.Credential, At(60))));
        Assert.All(quarrel, one => Assert.Equal(
            forward.Find(one.Credential, At(60)) is null, backward.Find(one.Credential, At(60)) is null));
    }

    [Fact]
    public void A_credential_that_takes_the_place_of_the_revoked_one_counts_at_once()
    {
        GroupBuilder.Member next = _group.Renew(_junior, _group.Creator, PeerRole.Member, GroupBuilder.Period(days: 100));
        GroupBuilder.Member other = _group.Renew(_junior, _group.Creator, PeerRole.Admin, GroupBuilder.Period(days: 100));

        RevocationList list = List([(_group.Creator, GroupBuilder.Revocation(_junior, 5, [next.Fingerprint]))]);

        Assert.NotNull(list.Find(_junior.Credential, At(6)));
        Assert.NotNull(list.Find(other.Credential, At(6)));
        Assert.Null(list.Find(next.Credential, At(6)));
    }

    private static PeerTime At(double hours) => GroupBuilder.PeerNow + TimeSpan.FromHours(hours);

    // Whoever revokes keeps what he knows of.
    private (GroupBuilder.Member By, Revocation Content)[] Keeping(
        (GroupBuilder.Member By, GroupBuilder.Member Whom, double Hours)[] revocations)
    {
        Bits128[] kept = [_alice.Fingerprint, _junior.Fingerprint];
        List<(GroupBuilder.Member, Revocation)> all = [];
        foreach ((GroupBuilder.Member by, GroupBuilder.Member whom, double hours) in revocations.OrderBy(one => one.Hours))
        {
            Revocation content = GroupBuilder.Revocation(whom, hours, kept);
            all.Add((by, content));
            kept = [.. kept, Fingerprint.Of(content.Encode())];
        }

        return [.. all];
    }

    private RevocationList List((GroupBuilder.Member By, Revocation Content)[] revocations)
    {
        RevocationList list = new(_group.Creator.Name);
        int id = 0;
        foreach ((GroupBuilder.Member by, Revocation content) in revocations)
        {
            list.Add(new Guid(++id, 0, 0, new byte[8]), content, by.Credential);

            // Asked in between, so that nothing that was found once is kept by mistake.
            _ = list.Find(_alice.Credential, content.Since);
        }

        return list;
    }

    private void InEveryOrder(
        (GroupBuilder.Member By, GroupBuilder.Member Whom, double Hours)[] revocations,
        GroupBuilder.Member[] standing,
        GroupBuilder.Member[] untouched)
    {
        foreach ((GroupBuilder.Member, Revocation)[] order in Permute(Keeping(revocations)))
        {
            RevocationList list = List(order);
            Assert.All(standing, one => Assert.NotNull(list.Find(one.Credential, At(100))));
            Assert.All(untouched, one => Assert.Null(list.Find(one.Credential, At(100))));
        }
    }

    private static IEnumerable<T[]> Permute<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((item, i) => Permute([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}

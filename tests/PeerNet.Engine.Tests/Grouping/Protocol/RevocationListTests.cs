using PeerNet.Engine.Graphing;
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
    public void What_an_administrator_revoked_before_stays_revoked() => InEveryOrder(
        [(_junior, _alice, 5), (_senior, _junior, 10)], standing: [_alice, _junior], untouched: [_senior]);

    [Fact]
    public void A_junior_may_revoke_a_senior_who_does_not_object() => InEveryOrder(
        [(_junior, _senior, 5)], standing: [_senior], untouched: [_junior, _group.Creator]);

    [Fact]
    public void Who_was_let_in_before_stays_and_who_is_let_in_later_does_not()
    {
        GroupBuilder.Member later = _group.Invite(
            _junior, "later", PeerRole.Member, GroupBuilder.Period(days: 10, startHours: 20));
        RevocationList list = List([(_senior, _junior, 10)]);

        Assert.Null(list.Find(_alice.Credential, At(50)));
        Assert.NotNull(list.Find(later.Credential, At(50)));
    }

    [Fact]
    public void Credentials_issued_before_fall_too_and_those_issued_later_count()
    {
        GroupBuilder.Member drawer = _group.Renew(_alice, _senior, PeerRole.Admin, GroupBuilder.Period(50, startHours: 1));
        GroupBuilder.Member again = _group.Renew(_alice, _senior, PeerRole.Member, GroupBuilder.Period(50, startHours: 20));
        RevocationList list = List([(_senior, _alice, 10)]);

        Assert.NotNull(list.Find(drawer.Credential, At(30)));
        Assert.Null(list.Find(again.Credential, At(30)));
    }

    [Fact]
    public void An_expired_revocation_is_forgotten()
    {
        RevocationList list = List([(_senior, _alice, 10)]);
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
        RevocationList forward = List(all);
        RevocationList backward = List([.. all.Reverse()]);

        Assert.Null(forward.Find(quarrel[0].Credential, At(60)));
        Assert.All(quarrel[1..], one => Assert.NotNull(forward.Find(one.Credential, At(60))));
        Assert.All(quarrel, one => Assert.Equal(
            forward.Find(one.Credential, At(60)) is null, backward.Find(one.Credential, At(60)) is null));
    }

    private static PeerTime At(double hours) => GroupBuilder.PeerNow + TimeSpan.FromHours(hours);

    private RevocationList List((GroupBuilder.Member By, GroupBuilder.Member Whom, double Hours)[] revocations)
    {
        RevocationList list = new(_group.Creator.Name);
        int id = 0;
        foreach ((GroupBuilder.Member by, GroupBuilder.Member whom, double hours) in revocations)
        {
            Revocation revocation = new()
            {
                Member = whom.Name, SerialNumber = whom.Credential.SerialNumber, Since = At(hours),
            };
            list.Add(new Guid(++id, 0, 0, new byte[8]), revocation, by.Credential);

            // Asked in between, so that nothing that was found once is kept by mistake.
            _ = list.Find(whom.Credential, At(hours));
        }

        return list;
    }

    private void InEveryOrder(
        (GroupBuilder.Member By, GroupBuilder.Member Whom, double Hours)[] revocations,
        GroupBuilder.Member[] standing,
        GroupBuilder.Member[] untouched)
    {
        foreach ((GroupBuilder.Member, GroupBuilder.Member, double)[] order in Permute(revocations))
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

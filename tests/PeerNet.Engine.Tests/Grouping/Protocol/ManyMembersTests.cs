using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>What many memberships cost. The work is measured in what it allocates, which no other load changes.</summary>
public sealed class ManyMembersTests : IDisposable
{
    private const int Count = 10_000;
    private const int Part = 1_000;

    private readonly GroupBuilder _group = new();

    public void Dispose() => _group.Dispose();

    [Fact]
    public void The_last_of_10000_memberships_costs_as_much_as_the_first()
    {
        PeerPrivateKey key = _group.Creator.Key;
        _group.Know(_group.Creator);
        _group.Judge.Judge(_group.Membership(_group.Enroll("warm", PeerRole.Member, key: key)));
        long first = 0;
        long last = 0;
        for (int i = 0; i < Count; i++)
        {
            // One key serves them all: it is the names that make the members.
            GraphSecurityRecord record = _group.Membership(_group.Enroll($"member{i:D5}", PeerRole.Member, key: key));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(record));
            long cost = GC.GetAllocatedBytesForCurrentThread() - before;
            first += i < Part ? cost : 0;
            last += i >= Count - Part ? cost : 0;
        }

        Assert.Equal(Count + 2, _group.Members.Count);

        // The dictionary grows now and then, which is in both.
        Assert.InRange(last, 0, first * 2);
    }

    // Whoever may issue can issue without end, for himself too.
    [Fact]
    public void Of_one_members_credentials_a_few_are_kept()
    {
        GroupBuilder.Member member = _group.Enroll("one", PeerRole.Member);
        _group.Know(_group.Creator);
        for (int i = 0; i < 100; i++)
        {
            GroupBuilder.Member renewed = _group.Renew(
                member, _group.Creator, PeerRole.Member, GroupBuilder.Period(days: 100 + i));
            Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Membership(renewed)));
        }

        IReadOnlyList<GroupCredential> kept = _group.Members.Find(member.Name);
        Assert.Equal(MemberList.MaximumCredentials, kept.Count);
        Assert.All(kept, one => Assert.True(one.NotAfter >= GroupBuilder.PeerNow + TimeSpan.FromDays(184)));
    }

    // Whoever may issue any credential can issue to everybody.
    [Fact]
    public void Whoever_issues_without_end_displaces_nothing_but_his_own()
    {
        GroupBuilder.Member inviting = _group.Invite(_group.Creator, "inviting", PeerRole.InvitingMember);
        GroupBuilder.Member alice = _group.Invite(_group.Creator, "alice", PeerRole.Member, GroupBuilder.Period(days: 1));
        _group.Know(_group.Creator, inviting, alice);
        for (int i = 0; i < 2 * MemberList.MaximumCredentials; i++)
        {
            _group.Know(_group.Renew(alice, inviting, PeerRole.Member, GroupBuilder.Period(days: 100 + i)));
        }

        Assert.NotNull(_group.Members.Find(alice.Name, alice.Credential.SerialNumber));
        Assert.Equal(MemberList.MaximumCredentials, _group.Members.Find(alice.Name).Count);
    }

    // A thousand revocations of as many members: none is looked at for another member.
    [Fact]
    public void Revocations_of_others_cost_a_member_nothing()
    {
        GroupBuilder.Member alice = _group.Invite(_group.Creator, "alice", PeerRole.Member);
        _group.Know(_group.Creator, alice);
        GraphSecurityRecord record = _group.Record(alice);
        _group.Judge.Judge(record);
        long without = Cost(record);
        for (int i = 0; i < Part; i++)
        {
            Revocation revocation = GroupBuilder.Revocation(alice, 0) with
            {
                Member = PeerName.CreateSecure(_group.Creator.Key.PublicKey, $"other{i}"),
            };
            _group.Members.Revocations.Add(new Guid(i, 0, 0, new byte[8]), revocation, _group.Creator.Credential);
        }

        Assert.Equal(Part, _group.Members.Revocations.Count);
        Assert.InRange(Cost(record), 0, without * 2);
    }

    private long Cost(GraphSecurityRecord record)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(record));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

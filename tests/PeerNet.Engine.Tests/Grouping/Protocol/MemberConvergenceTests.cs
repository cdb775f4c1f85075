using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>
/// A group falls into two halves. In each of them administrators change roles and revoke, each other too, and do not know of
/// what the other half does. Then all records reach all nodes, in whatever order: they agree on who is a member.
/// </summary>
public sealed class MemberConvergenceTests : IDisposable
{
    private const int Members = 200;
    private const int Changed = Members / 5;
    private const int Nodes = 5;

    private readonly GroupBuilder _group = new();
    private readonly SeededBytes _random = new(5);
    private readonly List<GroupBuilder.Member> _all;

    public MemberConvergenceTests() => _all = [_group.Creator];

    public void Dispose() => _group.Dispose();

    [Fact]
    public void Whatever_two_halves_of_a_group_did_all_agree_on_its_members()
    {
        List<GraphSecurityRecord> before = Gather();
        List<GraphSecurityRecord> left = ActAlone(before);
        List<GraphSecurityRecord> right = ActAlone(before);
        GraphSecurityRecord[] all = [.. before, .. left, .. right];

        string[] lists = [.. Enumerable.Range(0, Nodes).Select(_ => Describe(all))];

        Assert.All(lists, list => Assert.True(list == lists[0], $"Seed {_random.Seed}:\n{lists[0]}\n{list}"));
        Assert.NotEqual(Describe(before), lists[0]);
    }

    // Administrators, who let in others who let in others.
    private List<GraphSecurityRecord> Gather()
    {
        PeerRole[] roles = [PeerRole.Member, PeerRole.Member, PeerRole.InvitingMember, PeerRole.Admin];
        while (_all.Count < Members)
        {
            GroupBuilder.Member by = Pick(_all, one => one.Credential.Role != PeerRole.Member && one.Chain.Depth < 5);
            PeerRole role = Pick(roles, one => GroupRoles.MayIssue(by.Credential.Role, one));
            _all.Add(_group.Invite(by, $"member{_all.Count}", role));
        }

        return [.. _all.Select(one => _group.Membership(one))];
    }

    private List<GraphSecurityRecord> ActAlone(List<GraphSecurityRecord> before)
    {
        MemberList members = Read(before, out GroupRecordJudge judge);
        List<GraphSecurityRecord> done = [];
        for (int i = 0; i < Changed / 2; i++)
        {
            double hour = 10 + i;
            PeerTime now = At(hour);
            GroupBuilder.Member by = Pick(
                _all, one => one.Credential.Role == PeerRole.Admin && members.Current(one.Name, now) is { } own && IsOf(own, one));
            GroupBuilder.Member whom = Pick(_all, one => one != by && one != _group.Creator);
            foreach (GraphSecurityRecord record in Change(by, whom, members, hour))
            {
                Assert.Equal(GroupVerdict.Valid, judge.Judge(record));
                done.Add(record);
            }
        }

        return done;
    }

    // Revoked, and some let in again; or given another role beside the one they have.
    private IEnumerable<GraphSecurityRecord> Change(
        GroupBuilder.Member by, GroupBuilder.Member whom, MemberList members, double hour)
    {
        bool isRevoked = _random.Chance(2) || by.Chain.Certificates.Any(one => one.PublicKey.Equals(whom.Key.PublicKey));
        if (isRevoked)
        {
            yield return _group.Revoke(by, whom, hour, [.. members.IssuedBy(whom.Name)]);
        }

        if ((!isRevoked || _random.Chance(3)) && !by.Chain.Certificates.Any(one => one.PublicKey.Equals(whom.Key.PublicKey)))
        {
            GroupBuilder.Member renewed = _group.Renew(
                whom, by, (PeerRole)_random.Next(3), GroupBuilder.Period(days: 50 + _random.Next(50), hour + 0.5));
            yield return _group.Record(
                by, GroupRecordTypes.Membership, MembershipPayload.Encode(renewed.Chain), hour + 0.5);
        }
    }

    // What has to wait comes again, as it does from other nodes.
    private MemberList Read(IReadOnlyCollection<GraphSecurityRecord> records, out GroupRecordJudge judge)
    {
        MemberList members = new(_group.Creator.Name);
        judge = new GroupRecordJudge(_group.Name, _group.Root, members);
        List<GraphSecurityRecord> waiting = [.. records];
        int before;
        do
        {
            before = waiting.Count;
            List<GraphSecurityRecord> still = [];
            while (waiting.Count > 0)
            {
                int at = _random.Next(waiting.Count);
                if (judge.Judge(waiting[at]) != GroupVerdict.Valid)
                {
                    still.Add(waiting[at]);
                }

                waiting.RemoveAt(at);
            }

            waiting = still;
        }
        while (waiting.Count > 0 && waiting.Count < before);
        return members;
    }

    private string Describe(IReadOnlyCollection<GraphSecurityRecord> records)
    {
        MemberList members = Read(records, out _);
        return string.Join('\n', _all.Select(one => one.Name.Classifier + string.Concat(
            from hour in (double[])[5, 15, 25, 100]
            let current = members.Current(one.Name, At(hour))
            select $" {hour}: {current?.Role} {current?.SerialNumber:x}")));
    }

    private static bool IsOf(GroupCredential credential, GroupBuilder.Member member) =>
        credential.SerialNumber == member.Credential.SerialNumber;

    private static PeerTime At(double hours) => GroupBuilder.PeerNow + TimeSpan.FromHours(hours);

    private T Pick<T>(IEnumerable<T> items, Func<T, bool> isFit)
    {
        T[] fit = [.. items.Where(isFit)];
        return fit[_random.Next(fit.Length)];
    }
}

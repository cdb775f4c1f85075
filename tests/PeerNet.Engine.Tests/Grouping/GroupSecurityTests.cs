using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Tests.Grouping.Protocol;
using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Engine.Tests.Grouping;

/// <summary>A member judges many records at once as it would one after the other.</summary>
public sealed class GroupSecurityTests : IDisposable
{
    private readonly GroupSeed _group = new(seed: 1, GroupBuilder.Now);
    private readonly SeededRandom _random = new(1);

    public void Dispose() => _group.Dispose();

    [Fact]
    public void A_membership_and_its_authors_records_are_all_valid_in_one_batch_whatever_their_order()
    {
        GroupSecurity judge = _group.Enroll("judge");
        GroupSecurity alice = Alice();
        GraphSecurityRecord[] batch = [.. Enumerable.Range(0, 40).Select(_ => Record(alice)), Membership(alice)];

        Assert.All(judge.Judge(batch, default), verdict => Assert.Equal(GroupVerdict.Valid, verdict));
    }

    [Fact]
    public void Verdicts_are_in_the_order_of_the_records()
    {
        GroupSecurity judge = _group.Enroll("judge");
        GroupSecurity alice = Alice();
        GraphSecurityRecord[] batch =
        [
            .. Enumerable.Range(0, 60).Select(number => number switch
            {
                7 => Membership(alice),
                _ when number % 3 == 0 => Forge(Record(alice)),
                _ => Record(alice),
            }),
        ];

        GroupVerdict[] verdicts = judge.Judge(batch, default);

        Assert.All(verdicts.Index(), verdict => Assert.Equal(
            verdict.Index != 7 && verdict.Index % 3 == 0 ? GroupVerdict.BadSignature : GroupVerdict.Valid, verdict.Item));
    }

    [Fact]
    public void Many_batches_at_once_teach_what_one_after_the_other_does()
    {
        GroupSecurity judge = _group.Enroll("judge");
        GroupSecurity[] members = [.. Enumerable.Range(0, 8).Select(number => _group.Enroll($"member{number}"))];
        GraphSecurityRecord[][] batches =
            [.. members.Select(member => (GraphSecurityRecord[])[Record(member), Membership(member), Record(member)])];

        Parallel.ForEach(batches, batch => Assert.All(
            judge.Judge(batch, default), verdict => Assert.Equal(GroupVerdict.Valid, verdict)));

        // It knows itself; the creator stands in none of the records.
        Assert.Equal(members.Length + 1, judge.Ask((known, _) => known.Count, 0));
    }

    [Fact]
    public void Who_leaves_the_group_judges_no_more_records()
    {
        GroupSecurity judge = _group.Enroll("judge");
        GroupSecurity alice = Alice();
        using var leaving = new CancellationTokenSource();
        leaving.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => judge.Judge([Membership(alice), Record(alice)], leaving.Token));
        Assert.Equal(GroupVerdict.UnknownMember, judge.Judge(Record(alice)));
    }

    private GroupSecurity Alice() => _group.Enroll("alice");

    private GraphSecurityRecord Membership(GroupSecurity member) => RecordQuestion.Describe(GroupMemberships.Make(
        member, member.Own!.Chain, current: null, GroupBuilder.PeerNow, _random));

    private GraphSecurityRecord Record(GroupSecurity author) => RecordQuestion.Describe(GroupRecords.Secure(
        GroupRecords.Create(
            _group.Name.Value,
            GroupBuilder.RecordType,
            author.Self.Value,
            [1, 2, 3],
            GroupBuilder.PeerNow,
            GroupBuilder.PeerNow + TimeSpan.FromHours(1),
            _random),
        author.Sign));

    private static GraphSecurityRecord Forge(GraphSecurityRecord record) => record with { Data = [4] };
}

using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>While the signature of one record is verified, others are judged: what they teach counts.</summary>
public sealed class RecordStepsTests : IDisposable
{
    private readonly GroupBuilder _group = new();

    public void Dispose() => _group.Dispose();

    [Fact]
    public void Of_two_records_of_properties_that_are_judged_at_once_the_second_teaches_nothing()
    {
        GraphSecurityRecord first = _group.Properties(_group.SomeProperties(), Guid.NewGuid());
        GraphSecurityRecord second = _group.Properties(_group.SomeProperties() with { Comment = "Mondays" }, Guid.NewGuid());
        Func<GroupVerdict> learnFirst = Begin(first);
        Func<GroupVerdict> learnSecond = Begin(second);

        Assert.Equal(GroupVerdict.Valid, learnFirst());
        Assert.Equal(GroupVerdict.Immutable, learnSecond());
        Assert.Equal("Fridays", _group.Judge.Properties!.Comment);
    }

    [Fact]
    public void A_record_falls_with_a_revocation_that_comes_while_its_signature_is_verified()
    {
        GroupBuilder.Member alice = _group.Invite(_group.Creator, "alice", PeerRole.Member);
        _group.Know(_group.Creator, alice);
        Func<GroupVerdict> learn = Begin(_group.Record(alice, atHours: 2));

        Assert.Equal(GroupVerdict.Valid, _group.Judge.Judge(_group.Revoke(_group.Creator, alice, atHours: 1)));
        Assert.Equal(GroupVerdict.Revoked, learn());
    }

    // Everything up to the last step, which is returned.
    private Func<GroupVerdict> Begin(GraphSecurityRecord record)
    {
        GroupRecordJudge judge = _group.Judge;
        Assert.Equal(GroupVerdict.Valid, judge.Read(
            record, chain => GroupCredential.From(chain, _group.Name, out _), out RecordClaim claim));
        Assert.Equal(GroupVerdict.Valid, judge.Weigh(record, claim, out GroupCredential? author));
        Assert.True(judge.IsSigned(record, claim, author, keys: null));
        return () => judge.Learn(record, claim, author);
    }
}

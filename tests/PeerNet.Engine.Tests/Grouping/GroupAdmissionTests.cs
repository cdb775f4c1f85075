using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Grouping.Protocol;
using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Engine.Tests.Grouping;

/// <summary>Who is let in on a connection is who is a member now, and not who shows the right paper.</summary>
public sealed class GroupAdmissionTests : IDisposable
{
    private readonly GroupSeed _group = new(seed: 1, GroupBuilder.Now);
    private readonly SeededRandom _random = new(1);

    public void Dispose() => _group.Dispose();

    [Fact]
    public void A_member_is_let_in_by_the_credential_that_it_shows()
    {
        GroupSecurity alice = _group.Enroll("alice", PeerRole.Admin);

        Assert.Null(Judge(alice));
    }

    [Fact]
    public void A_member_that_has_not_heard_of_its_new_role_is_let_in_and_can_hear_of_it()
    {
        GroupSecurity alice = _group.Enroll("alice", PeerRole.Admin);
        Judge(alice);
        MembershipChain lower = _group.Creator.Issue(alice.Identity, PeerRole.Member, validFrom: null, validTo: null);
        _group.Creator.Learn(lower, out _);
        Revoke(alice, lower.Leaf);

        Assert.Null(Judge(alice));
    }

    [Fact]
    public void Who_was_revoked_is_not_let_in_whatever_other_credentials_it_had()
    {
        GroupSecurity alice = _group.Enroll("alice", PeerRole.Admin);
        Judge(alice);
        _group.Creator.Learn(_group.Creator.Issue(alice.Identity, PeerRole.Member, validFrom: null, validTo: null), out _);
        Revoke(alice);

        Assert.Contains("was revoked", Judge(alice), StringComparison.Ordinal);
    }

    // What the creator says of one that comes.
    private string? Judge(GroupSecurity member) => _group.Creator.Admission.JudgeMember(
        member.Admission.GetCredentials().Chain, member.Identity);

    private void Revoke(GroupSecurity member, params PeerCertificate[] successors) => GroupRevocations.Make(
        _group.Creator, member.Own!, "", successors, _group.Creator.PeerTime(), _random);
}

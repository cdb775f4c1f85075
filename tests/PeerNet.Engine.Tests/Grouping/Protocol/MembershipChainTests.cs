using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

public sealed class MembershipChainTests : IDisposable
{
    private readonly GroupBuilder _group = new();

    public void Dispose() => _group.Dispose();

    [Fact]
    public void What_the_groups_key_and_its_members_issue_counts()
    {
        GroupBuilder.Member inviting = _group.Invite(_group.Creator, "inviting", PeerRole.InvitingMember);
        GroupBuilder.Member member = _group.Invite(inviting, "member", PeerRole.Member);

        Assert.Equal(MembershipVerdict.Valid, member.Chain.Judge(_group.Name));
        Assert.Equal(3, member.Chain.Depth);
        Assert.Equal(PeerRole.Member, member.Credential.Role);
        Assert.Equal("member", member.Name.Classifier);
    }

    // MS-PPSEC 3.1.4.4: a member publishes the group's name with its own chain.
    [Theory]
    [InlineData(nameof(PeerRole.Admin))]
    [InlineData(nameof(PeerRole.InvitingMember))]
    [InlineData(nameof(PeerRole.Member))]
    public void A_member_may_publish_the_participants_name(string role)
    {
        GroupBuilder.Member member = _group.Invite(_group.Creator, "one", Enum.Parse<PeerRole>(role));

        Assert.Equal(DelegationVerdict.Valid, DelegationChain.Validate(
            member.Chain.Encoded.Span, member.Key.PublicKey, _group.Key.PublicKey.AuthorityHash, GroupRoles.Participant,
            GroupBuilder.Now));
    }

    [Theory]
    [InlineData(nameof(PeerRole.Member), nameof(PeerRole.Member))]
    [InlineData(nameof(PeerRole.Member), nameof(PeerRole.Admin))]
    [InlineData(nameof(PeerRole.InvitingMember), nameof(PeerRole.Admin))]
    public void Nobody_gives_a_role_that_is_not_his_to_give(string issuer, string given)
    {
        PeerRole role = Enum.Parse<PeerRole>(given);
        GroupBuilder.Member member = _group.Enroll("one", Enum.Parse<PeerRole>(issuer));
        (PeerPrivateKey _, PeerCertificate newcomer) = _group.Identity("newcomer");

        PeerException refused = Assert.Throws<PeerException>(() =>
            _group.Issuer.Issue(member.Key, member.Chain, newcomer, role, GroupBuilder.Period(1)));
        Assert.Equal(PeerErrors.NotAuthorized, refused.Error);
        Assert.Equal(MembershipVerdict.RoleNotIssuable, Forge(member, newcomer, role).Judge(_group.Name));
    }

    [Theory]
    [InlineData(0, 301)]
    [InlineData(-1, 2)]
    public void A_credential_is_valid_inside_its_issuers(int startHours, int days)
    {
        (PeerPrivateKey _, PeerCertificate newcomer) = _group.Identity("newcomer");
        CertificateValidity validity = GroupBuilder.Period(days, startHours);

        PeerException refused = Assert.Throws<PeerException>(() =>
            _group.Issuer.Issue(_group.Creator.Key, _group.Creator.Chain, newcomer, PeerRole.Member, validity));
        Assert.Equal(PeerErrors.InvalidTimePeriod, refused.Error);
        Assert.Equal(
            MembershipVerdict.OutsideIssuer, Forge(_group.Creator, newcomer, PeerRole.Member, validity).Judge(_group.Name));
    }

    [Fact]
    public void A_chain_has_at_most_24_certificates()
    {
        GroupBuilder.Member last = _group.Creator;
        for (int i = 2; i < MembershipChain.MaximumCertificates; i++)
        {
            last = _group.Invite(last, "one", PeerRole.Admin);
        }

        (PeerPrivateKey _, PeerCertificate newcomer) = _group.Identity("newcomer");
        PeerException refused = Assert.Throws<PeerException>(() =>
            _group.Issuer.Issue(last.Key, last.Chain, newcomer, PeerRole.Member, GroupBuilder.Period(1)));

        Assert.Equal(PeerErrors.ChainTooLong, refused.Error);
        Assert.Equal(MembershipVerdict.Valid, last.Chain.Judge(_group.Name));
        Assert.Equal(MembershipVerdict.TooLong, Forge(last, newcomer, PeerRole.Member).Judge(_group.Name));
    }

    [Fact]
    public void Nobody_stands_in_his_own_chain_twice()
    {
        GroupBuilder.Member other = _group.Invite(_group.Creator, "other", PeerRole.Admin);

        PeerException refused = Assert.Throws<PeerException>(() => _group.Issuer.Issue(
            other.Key, other.Chain, _group.Creator.Identity, PeerRole.Admin, GroupBuilder.Period(1)));
        Assert.Equal(PeerErrors.CircularChainDetected, refused.Error);
        Assert.Equal(MembershipVerdict.Circular, Forge(other, _group.Creator.Identity, PeerRole.Admin).Judge(_group.Name));
    }

    [Fact]
    public void A_chain_of_another_group_does_not_count()
    {
        using GroupBuilder other = new();
        Assert.Equal(MembershipVerdict.OtherGroup, other.Creator.Chain.Judge(_group.Name));
    }

    // Who makes a root with another group's name has another key.
    [Fact]
    public void The_groups_name_is_made_from_the_roots_key()
    {
        using GroupBuilder thief = new();
        PeerCertificate root = GroupBuilder.Read(thief.Certificates.IssueGroupRoot(
            thief.Key, "Chess", _group.Name.Value, GroupBuilder.Period(days: 400)));
        MembershipChain forged = thief.Issuer.IssueFirst(
            thief.Key, root, thief.Creator.Identity, PeerRole.Admin, GroupBuilder.Period(1));

        Assert.Equal(MembershipVerdict.WrongAuthority, forged.Judge(_group.Name));
    }

    [Fact]
    public void A_members_name_is_made_from_its_key()
    {
        (PeerPrivateKey key, PeerCertificate _) = _group.Identity("thief");
        PeerCertificate impostor = GroupBuilder.Read(_group.Certificates.IssueIdentity(
            key, "creator", _group.Creator.Name.Value, GroupBuilder.Period(1)));
        MembershipChain chain = _group.Issuer.IssueFirst(
            _group.Key, _group.Root, impostor, PeerRole.Member, GroupBuilder.Period(1));

        Assert.Equal(MembershipVerdict.WrongMemberName, chain.Judge(_group.Name));
    }

    // Whoever is revoked is so by name: no certificate on the way may have somebody else's.
    [Fact]
    public void The_names_of_all_members_of_a_chain_are_made_from_their_keys()
    {
        (PeerPrivateKey key, PeerCertificate _) = _group.Identity("revoked");
        PeerCertificate mask = GroupBuilder.Read(_group.Certificates.IssueIdentity(
            key, "creator", _group.Creator.Name.Value, GroupBuilder.Period(1)));
        MembershipChain masked = _group.Issuer.IssueFirst(
            _group.Key, _group.Root, mask, PeerRole.Admin, GroupBuilder.Period(1));
        (PeerPrivateKey _, PeerCertificate newcomer) = _group.Identity("newcomer");

        Assert.Equal(
            MembershipVerdict.WrongMemberName,
            _group.Issuer.Issue(key, masked, newcomer, PeerRole.Member, GroupBuilder.Period(1)).Judge(_group.Name));
    }

    // MS-PPSEC 3.2.5.2.3, 3.3.5.2.3
    [Fact]
    public void A_credential_is_for_the_key_of_its_last_certificate_alone()
    {
        GroupBuilder.Member member = _group.Invite(_group.Creator, "one", PeerRole.Member);

        Assert.True(member.Chain.IsFor(member.Key.PublicKey));
        Assert.False(member.Chain.IsFor(_group.Creator.Key.PublicKey));
        Assert.False(member.Chain.IsFor(_group.Key.PublicKey));
    }

    [Fact]
    public void Every_certificate_is_signed_by_the_key_before_it()
    {
        (PeerPrivateKey strangersKey, PeerCertificate stranger) = _group.Identity("stranger");
        DelegationGrant grant = new(_group.Name.Value, PeerRole.Member, [GroupRoles.Participant]);
        PeerCertificate forged = GroupBuilder.Read(_group.Certificates.IssueMember(
            strangersKey, _group.Creator.Chain.Leaf, stranger, grant, GroupBuilder.Period(1)));

        Assert.Equal(
            MembershipVerdict.BadSignature, Join([.. _group.Creator.Chain.Certificates, forged]).Judge(_group.Name));
    }

    [Fact]
    public void A_chain_counts_while_all_its_certificates_do()
    {
        GroupBuilder.Member member = _group.Invite(_group.Creator, "one", PeerRole.Member, GroupBuilder.Period(1));

        Assert.True(member.Chain.IsValidAt(GroupBuilder.Now.AddHours(1)));
        Assert.False(member.Chain.IsValidAt(GroupBuilder.Now.AddDays(2)));
        Assert.False(member.Chain.IsValidAt(GroupBuilder.Now.AddHours(-2)));
    }

    [Fact]
    public void A_root_alone_is_no_credential() =>
        Assert.False(MembershipChain.TryRead(Pkcs7Certificates.Encode([_group.Root.RawData]), out _));

    private static MembershipChain Join(params PeerCertificate[] certificates)
    {
        byte[] encoded = Pkcs7Certificates.Encode(certificates.Select(one => one.RawData));
        Assert.True(MembershipChain.TryRead(encoded, out MembershipChain? chain));
        return chain;
    }

    // What somebody would make who does not keep to the rules.
    private MembershipChain Forge(
        GroupBuilder.Member by, PeerCertificate subject, PeerRole role, CertificateValidity? validity = null)
    {
        DelegationGrant grant = new(_group.Name.Value, role, GroupRoles.ClassifiersOf(role));
        PeerCertificate forged = GroupBuilder.Read(_group.Certificates.IssueMember(
            by.Key, by.Chain.Leaf, subject, grant, validity ?? GroupBuilder.Period(1)));
        return Join([.. by.Chain.Certificates, forged]);
    }
}

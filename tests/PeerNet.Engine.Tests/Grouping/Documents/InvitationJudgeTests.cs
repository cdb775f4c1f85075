using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Grouping.Protocol;

namespace PeerNet.Engine.Tests.Grouping.Documents;

public sealed class InvitationJudgeTests : IDisposable
{
    private readonly InvitationBuilder _invitations = new();
    private readonly GroupBuilder _other = new("go");

    private GroupBuilder Group => _invitations.Group;

    private GroupBuilder.Member Invitee => _invitations.Invitee;

    public void Dispose()
    {
        _invitations.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void What_a_member_has_issued_is_trusted_by_whom_it_is_for()
    {
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(_invitations.ForIdentity()));
    }

    [Fact]
    public void What_is_for_somebody_else_is_not()
    {
        MembershipChain others = Group.Invite(Group.Creator, "somebody else", PeerRole.Member).Chain;
        Assert.Equal(InvitationVerdict.NotForThisIdentity, _invitations.Judge(others));
    }

    // An identity whose name is the same, and whose key is not.
    [Fact]
    public void It_is_for_a_key_and_not_for_a_name()
    {
        Dictionary<PeerName, PeerPublicKey> impostor = new() { [Invitee.Name] = Group.Creator.Key.PublicKey };
        Assert.Equal(
            InvitationVerdict.NotForThisIdentity,
            InvitationJudge.Judge(_invitations.ForIdentity(), impostor, GroupBuilder.Now));
    }

    [Fact]
    public void The_time_is_the_credentials()
    {
        CertificateValidity validity = GroupBuilder.Period(days: 10, startHours: 48);
        InvitationDocument document = _invitations.ForIdentity(
            Group.Renew(Invitee, Group.Creator, PeerRole.Member, validity).Chain);

        Assert.Equal(InvitationVerdict.ClockBehind, _invitations.Judge(document, validity.NotBefore.AddHours(-24).AddSeconds(-1)));
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(document, validity.NotBefore.AddHours(-24)));
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(document, validity.NotBefore.AddSeconds(-1)));
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(document, validity.NotBefore));
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(document, validity.NotAfter));
        Assert.Equal(InvitationVerdict.Expired, _invitations.Judge(document, validity.NotAfter.AddSeconds(1)));
    }

    [Fact]
    public void A_role_that_was_edited_is_found()
    {
        InvitationDocument edited = _invitations.Edit(GroupRoles.IdOf(PeerRole.Member), GroupRoles.IdOf(PeerRole.Admin));
        Assert.Equal(PeerRole.Admin, edited.ReadChain()!.Leaf.Role);
        Assert.Equal(InvitationVerdict.BadSignature, _invitations.Judge(edited));
    }

    [Fact]
    public void A_member_that_may_not_issue_a_role_does_not()
    {
        GroupBuilder.Member plain = Group.Enroll("plain", PeerRole.Member);
        GroupBuilder.Member inviting = Group.Enroll("inviting", PeerRole.InvitingMember);

        Assert.Equal(
            InvitationVerdict.RoleNotIssuable, _invitations.Judge(_invitations.Forge(plain, Invitee.Identity, PeerRole.Member)));
        Assert.Equal(
            InvitationVerdict.RoleNotIssuable, _invitations.Judge(_invitations.Forge(inviting, Invitee.Identity, PeerRole.Admin)));
        Assert.Equal(
            InvitationVerdict.Trusted,
            _invitations.Judge(_invitations.Forge(inviting, Invitee.Identity, PeerRole.InvitingMember)));
    }

    [Fact]
    public void A_credential_lies_inside_its_issuers()
    {
        MembershipChain longer = _invitations.Forge(
            Group.Creator, Invitee.Identity, PeerRole.Member, GroupBuilder.Period(days: 301));
        Assert.Equal(InvitationVerdict.OutsideIssuer, _invitations.Judge(longer));
    }

    [Fact]
    public void The_groups_name_is_the_credentials()
    {
        Assert.Equal(
            InvitationVerdict.OtherGroup, _invitations.Judge(_invitations.ForIdentity() with { Group = _other.Name }));
        Assert.Equal(InvitationVerdict.OtherGroup, _invitations.Judge(
            _other.Issuer.IssueFirst(_other.Key, _other.Root, Invitee.Identity, PeerRole.Admin, GroupBuilder.Period(1))));
    }

    // Who makes a root with another group's name has another key.
    [Fact]
    public void The_groups_key_is_the_one_that_its_name_was_made_from()
    {
        PeerCertificate root = GroupBuilder.Read(
            _other.Certificates.IssueGroupRoot(_other.Key, "Chess", Group.Name.Value, GroupBuilder.Period(400)));
        MembershipChain forged = _other.Issuer.IssueFirst(
            _other.Key, root, Invitee.Identity, PeerRole.Member, GroupBuilder.Period(1));
        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(forged));
        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(_invitations.ForPassword() with { Root = root }));
    }

    [Fact]
    public void A_name_that_was_edited_is_found()
    {
        // Names in certificates have four bytes a character.
        Encoding encoding = new UTF32Encoding(bigEndian: true, byteOrderMark: false);
        InvitationDocument edited = _invitations.Edit(
            encoding.GetBytes(Invitee.Key.PublicKey.ToString()), encoding.GetBytes(Group.Creator.Key.PublicKey.ToString()));

        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(edited));
    }

    [Fact]
    public void Certificates_that_changed_places_are_found()
    {
        PeerCertificate[] certificates = [.. Invitee.Chain.Certificates];
        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(InvitationBuilder.Join([.. certificates.Reverse()])));
        Assert.NotEqual(
            InvitationVerdict.Trusted,
            _invitations.Judge(InvitationBuilder.Join(certificates[0], certificates[2], certificates[1])));
        Assert.NotEqual(
            InvitationVerdict.Trusted, _invitations.Judge(InvitationBuilder.Join(certificates[0], certificates[2])));
    }

    [Fact]
    public void Nobody_stands_in_a_chain_twice()
    {
        GroupBuilder.Member administrator = Group.Renew(
            Invitee, Group.Creator, PeerRole.Admin, GroupBuilder.Period(100));
        Assert.Equal(
            InvitationVerdict.Circular,
            _invitations.Judge(_invitations.Forge(administrator, Invitee.Identity, PeerRole.Member)));
    }

    [Fact]
    public void A_chain_that_is_too_long_is_told_from_one_that_cannot_be_read()
    {
        GroupBuilder.Member last = Group.Creator;
        for (int i = 2; i < MembershipChain.MaximumCertificates; i++)
        {
            last = Group.Invite(last, "one", PeerRole.Admin);
        }

        Assert.Equal(
            InvitationVerdict.TooLong, _invitations.Judge(_invitations.Forge(last, Invitee.Identity, PeerRole.Member)));
        byte[] longer = Pkcs7Certificates.Encode(Enumerable.Repeat(Group.Root.RawData, 60));
        Assert.Equal(InvitationVerdict.TooLong, _invitations.Judge(_invitations.ForIdentity() with { Chain = longer }));
    }

    [Fact]
    public void What_is_no_chain_cannot_be_read()
    {
        byte[] chain = Invitee.Chain.Encoded.ToArray();
        foreach (byte[] bad in new byte[][] { [1, 2, 3], chain[..^1], [.. chain, 0], Pkcs7Certificates.Encode([Group.Root.RawData]) })
        {
            Assert.Equal(InvitationVerdict.Malformed, _invitations.Judge(_invitations.ForIdentity() with { Chain = bad }));
        }
    }

    // RSA-1024 and SHA-1: whoever can break them could forge it.
    [Fact]
    public void Certificates_of_the_Windows_suite_are_not_taken()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Windows);
        PeerName name = PeerName.CreateSecure(key.PublicKey, "chess");
        PeerCertificate root = GroupBuilder.Read(
            Group.Certificates.IssueGroupRoot(key, "Chess", name.Value, GroupBuilder.Period(400)));
        using PeerPrivateKey memberKey = PeerPrivateKey.Generate(PeerSuite.Windows);
        PeerName member = PeerName.CreateSecure(memberKey.PublicKey, "member");
        PeerCertificate identity = GroupBuilder.Read(
            Group.Certificates.IssueIdentity(memberKey, "member", member.Value, GroupBuilder.Period(400)));
        MembershipChain chain = Group.Issuer.IssueFirst(key, root, identity, PeerRole.Member, GroupBuilder.Period(1));

        Assert.Equal(
            InvitationVerdict.Malformed,
            InvitationJudge.Judge(
                _invitations.ForIdentity(chain) with { Group = name },
                new Dictionary<PeerName, PeerPublicKey> { [member] = memberKey.PublicKey },
                GroupBuilder.Now));
        Assert.Equal(
            InvitationVerdict.Forged, _invitations.Judge(_invitations.ForPassword() with { Group = name, Root = root }));
    }

    [Fact]
    public void A_passwords_invitation_is_the_groups_own()
    {
        InvitationDocument document = _invitations.ForPassword();
        byte[] forged = Group.Root.RawData.ToArray();
        forged[^1] ^= 1;

        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(document));
        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(document with { Group = _other.Name }));
        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(document with { Root = GroupBuilder.Read(forged) }));
        Assert.Equal(InvitationVerdict.Forged, _invitations.Judge(document with { Root = Group.Creator.Identity }));
        Assert.Equal(InvitationVerdict.Expired, _invitations.Judge(document, GroupBuilder.Now.AddDays(401)));
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(document, GroupBuilder.Now.AddHours(-1)));
        Assert.Equal(InvitationVerdict.ClockBehind, _invitations.Judge(document, GroupBuilder.Now.AddDays(-2)));
    }

    [Theory]
    [InlineData(nameof(InvitationVerdict.Malformed), "PEER_E_INVALID_CREDENTIAL")]
    [InlineData(nameof(InvitationVerdict.TooLong), "PEER_E_CHAIN_TOO_LONG")]
    [InlineData(nameof(InvitationVerdict.Circular), "PEER_E_CIRCULAR_CHAIN_DETECTED")]
    [InlineData(nameof(InvitationVerdict.OtherGroup), "PEER_E_INVITATION_NOT_TRUSTED")]
    [InlineData(nameof(InvitationVerdict.Forged), "PEER_E_INVITATION_NOT_TRUSTED")]
    [InlineData(nameof(InvitationVerdict.BadSignature), "PEER_E_INVITATION_NOT_TRUSTED")]
    [InlineData(nameof(InvitationVerdict.RoleNotIssuable), "PEER_E_INVITATION_NOT_TRUSTED")]
    [InlineData(nameof(InvitationVerdict.OutsideIssuer), "PEER_E_INVITATION_NOT_TRUSTED")]
    [InlineData(nameof(InvitationVerdict.NotForThisIdentity), "PEER_E_INVALID_CREDENTIAL")]
    [InlineData(nameof(InvitationVerdict.Expired), "PEER_E_INVALID_TIME_PERIOD")]
    [InlineData(nameof(InvitationVerdict.ClockBehind), "ERROR_TIME_SKEW")]
    public void Each_reason_has_its_error(string verdict, string symbol)
    {
        InvitationDocument document = _invitations.ForIdentity();
        PeerException error = InvitationErrors.From(document, Enum.Parse<InvitationVerdict>(verdict));

        Assert.Equal(symbol, error.Error.Symbol);
        Assert.Contains(Group.Name.Value, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(InvitationFault.NotXml), "PEER_E_INVALID_CREDENTIAL")]
    [InlineData(nameof(InvitationFault.NotInvitation), "PEER_E_INVALID_CREDENTIAL")]
    [InlineData(nameof(InvitationFault.UnsupportedVersion), "PEER_E_UNSUPPORTED_VERSION")]
    [InlineData(nameof(InvitationFault.Malformed), "PEER_E_INVALID_CREDENTIAL")]
    public void Each_fault_has_its_error(string fault, string symbol) =>
        Assert.Equal(symbol, InvitationErrors.From(Enum.Parse<InvitationFault>(fault)).Error.Symbol);

    [Fact]
    public void No_two_reasons_are_told_alike()
    {
        InvitationDocument document = _invitations.ForIdentity();
        string[] reasons = [.. Enum.GetValues<InvitationVerdict>().Select(verdict => InvitationErrors.Explain(document, verdict))];
        string[] faults = [.. Enum.GetValues<InvitationFault>().Where(fault => fault != InvitationFault.None).Select(fault => InvitationErrors.From(fault).Message)];

        Assert.Equal(reasons.Length, reasons.Distinct().Count());
        Assert.Equal(faults.Length, faults.Distinct().Count());
    }

    [Fact]
    public void An_invitation_is_described_with_all_that_it_says()
    {
        PeerGroupInvitation trusted = PeerGroupInvitation.Describe(_invitations.ForIdentity(), InvitationVerdict.Trusted);

        Assert.Equal((PeerGroupInvitationKind.Identity, "2.0"), (trusted.Kind, trusted.Version));
        Assert.Equal((Group.Name.Value, "Chess <&>", "Global_"), (trusted.Group, trusted.FriendlyName, trusted.Cloud));
        Assert.Equal((Invitee.Name.Value, "zoë", "creator"), (trusted.Invitee, trusted.InviteeFriendlyName, trusted.Issuer));
        Assert.Equal(PeerRole.Member, trusted.Role);
        Assert.Equal((Invitee.Chain.Leaf.NotBefore, Invitee.Chain.Leaf.NotAfter), (trusted.ValidFrom, trusted.ValidTo));
        Assert.True(trusted.IsTrusted);
        Assert.Contains(Invitee.Name.Value, trusted.Reason, StringComparison.Ordinal);
        Assert.Equal(Group.Name.Value, trusted.ToString());
        Assert.Equal(Invitee.Chain.Encoded.ToArray(), InvitationBuilder.Read(trusted.Xml).Chain);
    }

    [Fact]
    public void An_invitation_that_is_not_trusted_is_described_too()
    {
        PeerGroupInvitation bad = PeerGroupInvitation.Describe(
            _invitations.ForIdentity() with { Chain = [1, 2, 3] }, InvitationVerdict.Malformed);
        Assert.False(bad.IsTrusted);
        Assert.Null(bad.Role);
        Assert.Null(bad.Invitee);
        Assert.NotEmpty(bad.Reason);

        PeerGroupInvitation password = PeerGroupInvitation.Describe(_invitations.ForPassword(), InvitationVerdict.Trusted);
        Assert.Equal((PeerGroupInvitationKind.Password, true), (password.Kind, password.IsTrusted));
        Assert.Equal((null, null, null), (password.Invitee, password.Issuer, password.Role));
        Assert.Equal(Group.Root.NotAfter, password.ValidTo);
    }

    // A name in a certificate could drive the terminal that shows it.
    [Fact]
    public void Reasons_are_fit_for_a_terminal()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        PeerName name = PeerName.CreateSecure(key.PublicKey, "a\u001b[31m");
        PeerCertificate identity = GroupBuilder.Read(
            Group.Certificates.IssueIdentity(key, "x", name.Value, GroupBuilder.Period(1)));
        InvitationDocument document = _invitations.ForIdentity(
            Group.Issuer.IssueFirst(Group.Key, Group.Root, identity, PeerRole.Member, GroupBuilder.Period(1)));

        Assert.All(
            Enum.GetValues<InvitationVerdict>(),
            verdict => Assert.DoesNotContain('\u001b', InvitationErrors.Explain(document, verdict)));
        Assert.Contains("\\u{1b}", InvitationErrors.Explain(document, InvitationVerdict.Trusted), StringComparison.Ordinal);
    }
}

using System.Security.Cryptography.Pkcs;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Security;

public sealed class DelegationChainTests
{
    public static TheoryData<PeerSuite> Suites => [PeerSuite.Modern, PeerSuite.Windows];

    // The table of MS-PNRP 2.2.3.5.1.5.1, with "cheese" where it belongs. null is the empty list.
    [Theory]
    [InlineData("", true, "|fish|anything|null", "")]
    [InlineData("", false, "|fish|anything|null", "")]
    [InlineData("-|fish", true, "-|fish|fish food|anything|null", "")]
    [InlineData("-|fish", false, "-|fish", "null|fish food")]
    [InlineData("fish|cheese", true, "fish|fish food|cheese|cheese-like", "null|ham|-|Fish|fis")]
    [InlineData("fish|cheese", false, "fish|cheese", "null|fish food|cheese-like|-")]
    public void Classifiers_are_delegated_as_the_table_says(string delegator, bool mayExtend, string legal, string illegal)
    {
        List<string> above = [.. Split(delegator)];
        PeerRole[] roles = mayExtend ? [PeerRole.Admin, PeerRole.InvitingMember] : [PeerRole.Member];
        foreach (PeerRole role in roles)
        {
            Assert.All(Split(legal), one => Assert.True(DelegationGrant.IsLegal(above, role, ToList(one)), one));
            Assert.All(Split(illegal), one => Assert.False(DelegationGrant.IsLegal(above, role, ToList(one)), one));
        }

        static IEnumerable<string> Split(string text) =>
            text.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(one => one == "-" ? "" : one);

        static string[] ToList(string one) => one == "null" ? [] : [one];
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_delegate_may_publish_the_classifiers_it_was_given_and_no_others(PeerSuite suite)
    {
        using ChainBuilder owner = new(suite);
        using ChainBuilder publisher = new(suite);
        byte[] chain = owner.Issue(publisher, allowSubdelegation: false, ["fish", "cheese"]);

        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, publisher, "fish"));
        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, publisher, "cheese"));
        Assert.Equal(DelegationVerdict.ClassifierNotDelegated, owner.Judge(chain, publisher, "fish food"));
        Assert.Equal(DelegationVerdict.ClassifierNotDelegated, owner.Judge(chain, publisher, ""));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_delegate_without_a_list_may_publish_everything(PeerSuite suite)
    {
        using ChainBuilder owner = new(suite);
        using ChainBuilder publisher = new(suite);
        byte[] chain = owner.Issue(publisher, allowSubdelegation: false, []);

        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, publisher, ""));
        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, publisher, "anything"));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void An_administrator_extends_classifiers_and_delegates_further(PeerSuite suite)
    {
        using ChainBuilder owner = new(suite);
        using ChainBuilder middle = new(suite);
        using ChainBuilder last = new(suite);
        byte[] first = owner.Issue(middle, allowSubdelegation: true, ["fish"]);
        byte[] second = middle.Issue(last, allowSubdelegation: true, ["fish food"], first);

        Assert.Equal(DelegationVerdict.Valid, owner.Judge(first, middle, "fish and more"));
        Assert.Equal(DelegationVerdict.Valid, owner.Judge(second, last, "fish food"));
        Assert.Equal(DelegationVerdict.ClassifierNotDelegated, owner.Judge(second, last, "fish"));
        Assert.Equal(DelegationVerdict.WrongSigner, owner.Judge(second, middle, "fish food"));
    }

    [Fact]
    public void A_member_cannot_delegate_further()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        using ChainBuilder middle = new(PeerSuite.Modern);
        using ChainBuilder last = new(PeerSuite.Modern);
        byte[] first = owner.Issue(middle, allowSubdelegation: false, ["fish"]);

        Assert.Equal(
            PeerErrors.NotAuthorized,
            Assert.Throws<PeerException>(() => middle.Issue(last, allowSubdelegation: false, ["fish"], first)).Error);

        PeerCertificate root = owner.Root();
        PeerCertificate member = owner.Delegate(root, middle, owner.PeerName, PeerRole.Member, ["fish"]);
        PeerCertificate forged = middle.Delegate(member, last, owner.PeerName, PeerRole.Member, ["fish"]);
        Assert.Equal(
            DelegationVerdict.SubdelegationNotAllowed,
            owner.Judge(ChainBuilder.Join(root, member, forged), last, "fish"));
    }

    [Fact]
    public void Classifiers_that_the_issuer_did_not_have_are_refused_when_issued_and_when_judged()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        using ChainBuilder middle = new(PeerSuite.Modern);
        using ChainBuilder last = new(PeerSuite.Modern);
        byte[] first = owner.Issue(middle, allowSubdelegation: true, ["fish"]);
        Assert.Equal(
            PeerErrors.NotAuthorized,
            Assert.Throws<PeerException>(() => middle.Issue(last, allowSubdelegation: false, ["ham"], first)).Error);

        PeerCertificate root = owner.Root();
        PeerCertificate admin = owner.Delegate(root, middle, owner.PeerName, PeerRole.Admin, ["fish"]);
        PeerCertificate greedy = middle.Delegate(admin, last, owner.PeerName, PeerRole.Admin, []);
        Assert.Equal(
            DelegationVerdict.IllegalClassifiers, owner.Judge(ChainBuilder.Join(root, admin, greedy), last, "ham"));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_chain_is_valid_only_in_its_time(PeerSuite suite)
    {
        using ChainBuilder owner = new(suite);
        using ChainBuilder publisher = new(suite);
        byte[] chain = owner.Issue(publisher, allowSubdelegation: false, []);

        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, publisher, "x", ChainBuilder.Day.NotBefore));
        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, publisher, "x", ChainBuilder.Day.NotAfter));
        Assert.Equal(
            DelegationVerdict.OutsideValidity,
            owner.Judge(chain, publisher, "x", ChainBuilder.Day.NotBefore.AddSeconds(-1)));
        Assert.Equal(
            DelegationVerdict.OutsideValidity,
            owner.Judge(chain, publisher, "x", ChainBuilder.Day.NotAfter.AddSeconds(1)));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_stranger_cannot_make_a_chain_for_anothers_authority(PeerSuite suite)
    {
        using ChainBuilder owner = new(suite);
        using ChainBuilder stranger = new(suite);

        byte[] own = stranger.Issue(stranger, allowSubdelegation: false, []);
        Assert.Equal(DelegationVerdict.WrongAuthority, owner.Judge(own, stranger, "x"));

        PeerCertificate root = owner.Root();
        PeerCertificate forged = stranger.Delegate(root, stranger, owner.PeerName, PeerRole.Member, []);
        Assert.Equal(DelegationVerdict.BadSignature, owner.Judge(ChainBuilder.Join(root, forged), stranger, "x"));
    }

    [Fact]
    public void A_chain_of_the_wrong_kinds_of_certificates_is_refused()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        using ChainBuilder publisher = new(PeerSuite.Modern);
        PeerCertificate root = owner.Root();
        PeerCertificate member = owner.Delegate(root, publisher, owner.PeerName, PeerRole.Member, []);
        PeerCertificate otherName = owner.Delegate(root, publisher, owner.PeerName + "x", PeerRole.Member, []);

        Assert.Equal(
            DelegationVerdict.WrongType, owner.Judge(ChainBuilder.Join(owner.Identity, member), publisher, "x"));
        Assert.Equal(
            DelegationVerdict.WrongPeerName, owner.Judge(ChainBuilder.Join(root, otherName), publisher, "x"));
        Assert.Equal(
            DelegationVerdict.WrongPeerName, owner.Judge(ChainBuilder.Join(root, publisher.Identity), publisher, "x"));
        Assert.Equal(DelegationVerdict.WrongSigner, owner.Judge(ChainBuilder.Join(member, root), publisher, "x"));
        Assert.Equal(DelegationVerdict.Malformed, owner.Judge(ChainBuilder.Join(), publisher, "x"));
    }

    [Fact]
    public void A_certificate_issued_below_another_name_does_not_chain()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        using ChainBuilder other = new(PeerSuite.Modern);
        using ChainBuilder publisher = new(PeerSuite.Modern);
        PeerCertificate elsewhere = owner.Delegate(other.Root(), publisher, owner.PeerName, PeerRole.Member, []);

        Assert.Equal(
            DelegationVerdict.NamesDoNotChain, owner.Judge(ChainBuilder.Join(owner.Root(), elsewhere), publisher, "x"));
    }

    [Fact]
    public void A_chain_has_at_most_25_certificates()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        byte[] chain = owner.Issue(owner, allowSubdelegation: true, []);
        for (int count = 2; count < DelegationChain.MaximumCertificates; count++)
        {
            chain = owner.Issue(owner, allowSubdelegation: true, [], chain);
        }

        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, owner, "x"));
        Assert.Equal(
            PeerErrors.ChainTooLong,
            Assert.Throws<PeerException>(() => owner.Issue(owner, allowSubdelegation: true, [], chain)).Error);

        PeerCertificate[] tooMany = [.. Enumerable.Repeat(owner.Root(), DelegationChain.MaximumCertificates + 1)];
        Assert.Equal(DelegationVerdict.Malformed, owner.Judge(ChainBuilder.Join(tooMany), owner, "x"));
    }

    [Fact]
    public void A_chain_is_cut_to_the_life_of_its_parent()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        using ChainBuilder middle = new(PeerSuite.Modern);
        using ChainBuilder last = new(PeerSuite.Modern);
        byte[] parent = owner.Issue(middle, allowSubdelegation: true, []);
        Assert.True(DelegationChain.TryRead(parent, out DelegationChain? chain));
        CertificateValidity year = CertificateValidity.Starting(ChainBuilder.Now, TimeSpan.FromDays(365));

        byte[] child = DelegationChain.Issue(
            ChainBuilder.Issuer,
            middle.Key,
            middle.Identity,
            chain,
            last.Identity,
            new DelegationGrant("ignored", PeerRole.Member, []),
            year);

        SignedCms cms = new();
        cms.Decode(child);
        Assert.All(cms.Certificates, one =>
            Assert.Equal(ChainBuilder.Day.NotAfter, new DateTimeOffset(one.NotAfter.ToUniversalTime())));
        Assert.Equal(DelegationVerdict.Valid, owner.Judge(child, last, "x"));
    }

    [Fact]
    public void The_framework_reads_the_chain_as_PKCS_7()
    {
        using ChainBuilder owner = new(PeerSuite.Windows);
        using ChainBuilder publisher = new(PeerSuite.Windows);
        SignedCms cms = new();
        cms.Decode(owner.Issue(publisher, allowSubdelegation: false, []));

        Assert.Equal(2, cms.Certificates.Count);
        Assert.Empty(cms.SignerInfos);
    }

    [Fact]
    public void Chains_of_two_suites_do_not_mix()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        using ChainBuilder publisher = new(PeerSuite.Windows);
        PeerCertificate root = owner.Root();

        // A key of one suite under a signature of the other has no form.
        byte[] mixed = ChainBuilder.Issuer.IssueMember(
            owner.Key, root, publisher.Identity, new DelegationGrant(owner.PeerName, PeerRole.Member, []), ChainBuilder.Day);
        Assert.False(PeerCertificate.TryRead(mixed, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Truncated_and_changed_chains_never_throw_and_give_no_more_than_before(PeerSuite suite)
    {
        using ChainBuilder owner = new(suite);
        using ChainBuilder publisher = new(suite);
        byte[] chain = owner.Issue(publisher, allowSubdelegation: false, ["fish"]);
        for (int length = 0; length < chain.Length; length += 7)
        {
            Assert.Equal(DelegationVerdict.Malformed, owner.Judge(chain[..length], publisher, "fish"));
        }

        Random random = new(11);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. chain];
            changed[random.Next(chain.Length)] ^= (byte)(1 << random.Next(8));
            Assert.NotEqual(DelegationVerdict.Valid, owner.Judge(changed, publisher, "ham"));
        }
    }

    [Fact]
    public void A_chain_over_32_KiB_is_not_even_read()
    {
        using ChainBuilder owner = new(PeerSuite.Modern);
        Assert.Equal(DelegationVerdict.Malformed, owner.Judge(new byte[DelegationChain.MaximumLength + 1], owner, "x"));

        string[] many = [.. Enumerable.Range(0, 60).Select(i => i + new string('x', 100))];
        byte[] chain = owner.Issue(owner, allowSubdelegation: true, many);
        Assert.Equal(DelegationVerdict.Valid, owner.Judge(chain, owner, many[59]));
        Assert.Equal(
            PeerErrors.ChainTooLong,
            Assert.Throws<PeerException>(() => owner.Issue(owner, allowSubdelegation: true, many, chain)).Error);
    }
}

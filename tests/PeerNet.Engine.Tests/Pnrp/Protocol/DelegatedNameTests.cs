using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>CPAs that are signed by a delegate (MS-PNRP 3.1.5.10).</summary>
public sealed class DelegatedNameTests : IDisposable
{
    private static readonly CertificateValidity Validity = CertificateValidity.Starting(CpaVectors.Now, TimeSpan.FromDays(3));

    private readonly PeerPrivateKey _owner = PeerPrivateKey.Generate(PeerSuite.Modern);
    private readonly PeerPrivateKey _delegate = PeerPrivateKey.Generate(PeerSuite.Modern);
    private readonly CertificateIssuer _issuer = new(SystemRandomSource.Instance);

    public void Dispose()
    {
        _owner.Dispose();
        _delegate.Dispose();
    }

    [Fact]
    public void A_delegate_may_publish_what_its_chain_allows()
    {
        Answer answer = Publish("fish", Chain("fish"), out PnrpId id);

        Assert.Equal(CpaVerdict.Valid, answer.Validate(id, out CertifiedName? name));
        Assert.True(name!.IsSecure);
        Assert.True(name.IsDelegated);
        Assert.Equal(_delegate.PublicKey, name.Signer);
        Assert.Equal(_owner.PublicKey.AuthorityHash, name.AuthorityHash.Span);
        Assert.Equal($"{_owner.PublicKey}.fish", name.Name!.Value);
    }

    [Fact]
    public void A_delegate_may_publish_nothing_else()
    {
        Answer answer = Publish("cheese", Chain("fish"), out PnrpId id);

        Assert.Equal(CpaVerdict.InvalidChain, answer.Validate(id, out _));
        Assert.Equal(
            CpaVerdict.WrongId,
            (answer with { Classifier = Utf16.Encode("fish") }).Validate(id, out _));
    }

    [Fact]
    public void A_chain_that_is_missing_stale_foreign_or_broken_gives_no_right()
    {
        byte[] chain = Chain("fish");
        Answer answer = Publish("fish", chain, out PnrpId id);
        byte[] broken = [.. chain];
        broken[^20] ^= 1;
        using PeerPrivateKey stranger = PeerPrivateKey.Generate(PeerSuite.Modern);
        Answer byStranger = answer.Forge(stranger, cpa => cpa with { PublicKey = stranger.PublicKey.KeyData });

        Assert.Equal(CpaVerdict.WrongKey, (answer with { Chain = [] }).Validate(id, out _));
        Assert.Equal(CpaVerdict.InvalidChain, (answer with { Classifier = null }).Validate(id, out _));
        Assert.Equal(CpaVerdict.InvalidChain, (answer with { Chain = broken }).Validate(id, out _));
        Assert.Equal(CpaVerdict.InvalidChain, (answer with { Chain = [1, 2, 3] }).Validate(id, out _));
        Assert.Equal(CpaVerdict.InvalidChain, byStranger.Validate(id, out _));
    }

    [Fact]
    public void A_chain_ends_before_the_cpa()
    {
        DateTimeOffset later = Validity.NotAfter.AddHours(1);
        Answer answer = Publish("fish", Chain("fish"), out PnrpId id, later);

        Assert.Equal(CpaVerdict.Expired, answer.Validate(id, out _, utc: later));
    }

    [Fact]
    public void A_delegates_revoke_shows_the_delegate()
    {
        LocalName local = Local("fish", Chain("fish"));

        CpaVerdict verdict = AuthorityValidator.ValidateRevoke(
            SuiteAlgorithms.Modern, local.BuildRevokeCpa(CpaVectors.Now), CpaVectors.Now, out PnrpId id, out PeerPublicKey? signer, out _);

        Assert.Equal(CpaVerdict.WrongKey, verdict);
        Assert.Equal(local.Id, id);
        Assert.Equal(_delegate.PublicKey, signer);
    }

    private byte[] Chain(string classifier) => DelegationChain.Issue(
        _issuer,
        _owner,
        Identity(_owner),
        null,
        Identity(_delegate),
        new DelegationGrant($"{_owner.PublicKey}.", PeerRole.Member, [classifier]),
        Validity);

    private PeerCertificate Identity(PeerPrivateKey key)
    {
        byte[] der = _issuer.IssueIdentity(key, "Somebody", $"{key.PublicKey}.", Validity);
        return PeerCertificate.TryRead(der, out PeerCertificate? certificate)
            ? certificate
            : throw new InvalidOperationException("The certificate cannot be read.");
    }

    private LocalName Local(string classifier, byte[] chain)
    {
        PeerName name = CpaVectors.Parse($"{_owner.PublicKey}.{classifier}");
        return new LocalName(_delegate, name, 1, 2, new LocalNamePayload { Comment = "by delegation" }, chain);
    }

    private Answer Publish(string classifier, byte[] chain, out PnrpId id, DateTimeOffset? utc = null)
    {
        LocalName local = Local(classifier, chain);
        id = local.Id;
        var entry = new RouteEntry(id, CpaVectors.First.Port, [CpaVectors.First.Address]);
        return Answer.Read(
            local.BuildAuthority(InquireFlags.All, CpaVectors.Nonce, utc ?? CpaVectors.Now, entry), SuiteAlgorithms.Modern);
    }
}

using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

public class AuthorityValidatorTests
{
    public static TheoryData<PeerSuite> Suites => [PeerSuite.Windows, PeerSuite.Modern];

    [Theory]
    [MemberData(nameof(Suites))]
    public void The_golden_cpa_is_valid(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        Assert.Equal(CpaVerdict.Valid, Golden(vectors).Validate(vectors.SecureId, out CertifiedName? name));
        Assert.NotNull(name);
        Assert.Equal(vectors.SecureId, name.Id);
        Assert.Equal(vectors.SecureName, name.Name);
        Assert.Equal("Grüße", name.Comment);
        Assert.Equal("Grüß Gott", name.Text);
        Assert.Equal("Grüß Gott"u8, name.Data!.Value.Span);
        Assert.True(name.HasExtendedPayload);
        Assert.True(name.IsSecure);
        Assert.False(name.IsDelegated);
        Assert.Equal(vectors.Authority, name.Signer.ToString());
        Assert.Equal(vectors.Authority, Convert.ToHexStringLower(name.AuthorityHash.Span));
        Assert.Equal([CpaVectors.First, CpaVectors.Second], name.ServiceAddresses);
        Assert.Equal(2, name.Endpoints.Count);
        Assert.Equal(CpaVectors.NotAfter, name.NotAfter);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void An_unsecured_name_is_valid_but_not_secure(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        var answer = new Answer
        {
            Suite = vectors.Suite,
            Classifier = Utf16.Encode("fish"),
            Cpa = vectors.Unsecured,
        };
        PnrpId id = PnrpIds.Create(
            vectors.Suite, CpaVectors.Parse("0.fish"), CpaVectors.LocationPrefix, CpaVectors.LocationSuffix);

        Assert.Equal(CpaVerdict.Valid, answer.Validate(id, out CertifiedName? name));
        Assert.False(name!.IsSecure);
        Assert.False(name.IsDelegated);
        Assert.Equal("0.fish", name.Name!.Value);
        Assert.Null(name.Data);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_with_any_bit_changed_is_rejected(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer golden = Golden(vectors);
        for (int i = 0; i < golden.Cpa.Length; i++)
        {
            byte[] changed = [.. golden.Cpa];
            changed[i] ^= (byte)(1 << (i % 8));

            Assert.NotEqual(CpaVerdict.Valid, (golden with { Cpa = changed }).Validate(vectors.SecureId, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_is_refused_when_it_is_past_and_for_no_other_time(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer golden = Golden(vectors);

        CpaVerdict At(DateTimeOffset utc) => golden.Validate(vectors.SecureId, out _, utc: utc);

        Assert.Equal(CpaVerdict.Valid, At(CpaVectors.NotAfter));
        Assert.Equal(CpaVerdict.Expired, At(CpaVectors.NotAfter.AddTicks(1)));
        Assert.Equal(CpaVerdict.Valid, At(CpaVectors.NotAfter.AddDays(-8).AddTicks(-1)));
        Assert.Equal(CpaVerdict.Valid, At(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        using PeerPrivateKey key = vectors.OpenKey();
        Assert.Equal(
            CpaVerdict.Valid,
            golden.Forge(key, cpa => cpa with { NotAfter = ulong.MaxValue }).Validate(vectors.SecureId, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_classifier_is_read_in_the_byte_order_that_has_the_hash_of_the_cpa(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        PnrpId id = PnrpIds.Create(
            vectors.Suite, CpaVectors.Parse("0.fish"), CpaVectors.LocationPrefix, CpaVectors.LocationSuffix);

        foreach (Encoding encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            Assert.Equal(CpaVerdict.Valid, With(encoding.GetBytes("fish"), out CertifiedName? name));
            Assert.Equal("0.fish", name!.Name!.Value);
            Assert.Equal(CpaVerdict.WrongId, With(encoding.GetBytes("fisk"), out _));
        }

        Assert.Equal(CpaVerdict.WrongId, With([], out _));

        CpaVerdict With(byte[] classifier, out CertifiedName? name) =>
            new Answer { Suite = vectors.Suite, Classifier = classifier, Cpa = vectors.Unsecured }.Validate(id, out name);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_for_another_question_is_rejected(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer golden = Golden(vectors);
        var otherEntry = new RouteEntry(vectors.SecureId.Next, 3540, [1]);

        Assert.Equal(
            CpaVerdict.WrongNonce,
            golden.Validate(vectors.SecureId, out _, nonce: CpaVectors.Nonce ^ 1));
        Assert.Equal(CpaVerdict.WrongId, golden.Validate(vectors.SecureId.Next, out _));
        Assert.Equal(
            CpaVerdict.WrongId, (golden with { Entry = otherEntry }).Validate(vectors.SecureId, out _));
        Assert.Equal(
            CpaVerdict.WrongId,
            (golden with { Classifier = Utf16.Encode("wish") }).Validate(vectors.SecureId, out _));
        Assert.Equal(
            CpaVerdict.Valid, (golden with { Entry = null, Classifier = null }).Validate(vectors.SecureId, out CertifiedName? name));
        Assert.Null(name!.Name);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Nobody_else_can_sign_for_a_secure_name(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer golden = Golden(vectors);
        using PeerPrivateKey attacker = PeerPrivateKey.Generate(suite);

        Answer withOwnKey = golden.Forge(attacker, cpa => cpa with { PublicKey = attacker.PublicKey.KeyData });
        Answer withOwnersKey = golden.Forge(attacker, cpa => cpa);

        Assert.Equal(CpaVerdict.WrongKey, withOwnKey.Validate(vectors.SecureId, out _));
        Assert.Equal(CpaVerdict.BadSignature, withOwnersKey.Validate(vectors.SecureId, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_must_name_something(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer golden = Golden(vectors);
        using PeerPrivateKey key = vectors.OpenKey();

        Answer nothing = golden.Forge(key, cpa => cpa with { ReversedAuthority = default, ClassifierHash = default });
        Answer zeros = golden.Forge(key, cpa => cpa with { ReversedAuthority = new byte[20] });

        Assert.Equal(CpaVerdict.NoAuthority, nothing.Validate(vectors.SecureId, out _));
        Assert.Equal(CpaVerdict.NoAuthority, zeros.Validate(vectors.SecureId, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_of_another_version_is_told_apart(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        CpaVectors other = CpaVectors.For(suite == PeerSuite.Windows ? PeerSuite.Modern : PeerSuite.Windows);

        Assert.Equal(
            CpaVerdict.WrongVersion,
            (Golden(vectors) with { Cpa = other.Secure }).Validate(vectors.SecureId, out _));
        Assert.Equal(CpaVerdict.Malformed, (Golden(vectors) with { Cpa = [] }).Validate(vectors.SecureId, out _));
        Assert.Equal(
            CpaVerdict.Malformed,
            (Golden(vectors) with { Cpa = [.. vectors.Secure, 0] }).Validate(vectors.SecureId, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_friendly_name_that_is_no_text_is_malformed(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        using PeerPrivateKey key = vectors.OpenKey();

        Answer invalid = Golden(vectors).Forge(
            key, cpa => cpa with { FriendlyName = new byte[] { 0xC3 }, IsFriendlyNameUtf8 = true });
        Answer halfUnit = Golden(vectors).Forge(
            key, cpa => cpa with { FriendlyName = new byte[] { 0x41 }, IsFriendlyNameUtf8 = false });

        Assert.Equal(CpaVerdict.Malformed, invalid.Validate(vectors.SecureId, out _));
        Assert.Equal(CpaVerdict.Malformed, halfUnit.Validate(vectors.SecureId, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_revoke_is_no_answer_and_an_answer_no_revoke(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        Assert.Equal(
            CpaVerdict.WrongPurpose,
            (Golden(vectors) with { Cpa = vectors.Revoke }).Validate(vectors.SecureId, out _, nonce: default));
        Assert.Equal(
            CpaVerdict.WrongPurpose,
            AuthorityValidator.ValidateRevoke(vectors.Suite, vectors.Secure, CpaVectors.Now, out _, out _, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void The_owners_revoke_is_valid(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        CpaVerdict verdict = AuthorityValidator.ValidateRevoke(
            vectors.Suite, vectors.Revoke, CpaVectors.Now, out PnrpId id, out PeerPublicKey? signer, out bool isSecure);

        Assert.Equal(CpaVerdict.Valid, verdict);
        Assert.Equal(vectors.SecureId, id);
        Assert.Equal(vectors.Authority, signer!.ToString());
        Assert.True(isSecure);
        Assert.Equal(
            CpaVerdict.Expired,
            AuthorityValidator.ValidateRevoke(
                vectors.Suite, vectors.Revoke, CpaVectors.NotAfter.AddTicks(1), out _, out _, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_revoke_by_somebody_else_shows_who_signed_it(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        using PeerPrivateKey other = PeerPrivateKey.Generate(suite);
        Answer forged = new Answer { Suite = vectors.Suite, Cpa = vectors.Revoke }
            .Forge(other, cpa => cpa with { PublicKey = other.PublicKey.KeyData });
        Answer stolen = new Answer { Suite = vectors.Suite, Cpa = vectors.Revoke }.Forge(other, cpa => cpa);

        Assert.Equal(
            CpaVerdict.WrongKey,
            AuthorityValidator.ValidateRevoke(
                vectors.Suite, forged.Cpa, CpaVectors.Now, out PnrpId id, out PeerPublicKey? signer, out bool isSecure));
        Assert.Equal(vectors.SecureId, id);
        Assert.Equal(other.PublicKey, signer);
        Assert.True(isSecure);
        Assert.Equal(
            CpaVerdict.BadSignature,
            AuthorityValidator.ValidateRevoke(vectors.Suite, stolen.Cpa, CpaVectors.Now, out _, out signer, out _));
        Assert.Null(signer);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void An_extended_payload_must_belong_to_the_cpa(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer golden = Golden(vectors);
        using PeerPrivateKey key = vectors.OpenKey();
        using PeerPrivateKey other = PeerPrivateKey.Generate(suite);
        Assert.True(ExtendedPayload.TryRead(vectors.Utf8Payload, vectors.Suite, out ExtendedPayload payload));

        CpaVerdict With(byte[] encoded) => (golden with { Payload = encoded }).Validate(vectors.SecureId, out _);

        Assert.Equal(CpaVerdict.Valid, With(payload.Sign(key)));
        Assert.Equal(CpaVerdict.InvalidPayload, With(payload.Sign(other)));
        Assert.Equal(CpaVerdict.InvalidPayload, With((payload with { Id = payload.Id.Next }).Sign(key)));
        Assert.Equal(CpaVerdict.InvalidPayload, With((payload with { Nonce = 1 }).Sign(key)));
        Assert.Equal(CpaVerdict.Expired, With((payload with { NotAfter = 0 }).Sign(key)));
        Assert.Equal(CpaVerdict.InvalidPayload, With((payload with { Content = new byte[] { 0xC3, 0xC3, 0xC3 } }).Sign(key)));
        Assert.Equal(CpaVerdict.InvalidPayload, With([.. vectors.Utf8Payload, 0]));
        Assert.Equal(
            CpaVerdict.InvalidPayload,
            golden.Forge(key, cpa => cpa with { HasExtendedPayload = false }).Validate(vectors.SecureId, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void An_extended_payload_may_be_missing_only_where_nobody_asked_for_it(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        Answer stripped = Golden(vectors) with { Payload = [] };

        Assert.Equal(CpaVerdict.InvalidPayload, stripped.Validate(vectors.SecureId, out _));
        Assert.Equal(
            CpaVerdict.Valid,
            stripped.Validate(
                vectors.SecureId, out CertifiedName? name, asked: InquireFlags.Cpa | InquireFlags.CertificateChain));
        Assert.True(name!.HasExtendedPayload);
        Assert.Null(name.Data);
    }

    private static Answer Golden(CpaVectors vectors) => new()
    {
        Suite = vectors.Suite,
        Classifier = Utf16.Encode("fish"),
        Payload = vectors.Utf8Payload,
        Entry = new RouteEntry(vectors.SecureId, 3540, [CpaVectors.First.Address, CpaVectors.Second.Address]),
        Cpa = vectors.Secure,
    };
}

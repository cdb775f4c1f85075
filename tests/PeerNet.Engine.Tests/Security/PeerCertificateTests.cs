using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Security;

public sealed class PeerCertificateTests
{
    // OIDs 1.3.6.1.4.1.311.44.0.2 and .3 as other names with UniversalStrings.
    private const string NameOid = "060a2b0601040182372c0002";
    private const string ClassifierOid = "060a2b0601040182372c0003";

    [Theory]
    [InlineData(PeerSuite.Modern, "1.2.840.10045.4.3.2")]
    [InlineData(PeerSuite.Windows, "1.2.840.113549.1.1.5")]
    public void An_identity_certificate_has_the_form_that_others_read(PeerSuite suite, string signatureOid)
    {
        using ChainBuilder someone = new(suite, "Zoë 😀");
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(someone.Identity.RawData.Span);

        Assert.Equal(3, certificate.Version);
        Assert.Equal(16, certificate.SerialNumberBytes.Length);
        Assert.Equal(signatureOid, certificate.SignatureAlgorithm.Value);
        Assert.Equal("Zoë 😀", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.Equal(certificate.SubjectName.RawData, certificate.IssuerName.RawData);
        Assert.Equal(ChainBuilder.Day.NotAfter, new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        Assert.Equal("040403000000", ValueOf(certificate, "1.3.6.1.4.1.311.44.0.1", isCritical: true));
        Assert.Equal("040401000200", ValueOf(certificate, "1.3.6.1.4.1.311.44.0.4", isCritical: true));
        Assert.Equal("040400000000", ValueOf(certificate, "1.3.6.1.4.1.311.44.2.2", isCritical: false));
        Assert.Equal(
            ValueOf(certificate, "2.5.29.17", isCritical: false), ValueOf(certificate, "2.5.29.18", isCritical: false));
        Assert.Equal(someone.Key.PublicKey, PeerPublicKey.FromCertificate(certificate));
        Assert.True(someone.Identity.IsSignedBy(someone.Key.PublicKey));
    }

    [Fact]
    public void Serial_numbers_have_16_bytes_whatever_chance_brings()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        foreach (byte fill in new byte[] { 0x00, 0x7F, 0x80, 0xFF })
        {
            CertificateIssuer issuer = new(new ConstantRandom(fill));
            byte[] der = issuer.IssueIdentity(key, "x", key.PublicKey + ".", ChainBuilder.Day);
            Assert.True(PeerCertificate.TryRead(der, out _));
        }
    }

    [Fact]
    public void Extension_values_are_those_of_the_specification()
    {
        Assert.Equal(
            "301e" + "a01c" + NameOid + "a00e" + "1c0c" + "000000610000006200000000",
            Convert.ToHexStringLower(CertificateExtensionCodec.EncodePeerName("ab")));
        Assert.Equal(
            "3030" + "a014" + ClassifierOid + "a006" + "1c04" + "00000000"
            + "a018" + ClassifierOid + "a00a" + "1c08" + "0000007800000000",
            Convert.ToHexStringLower(CertificateExtensionCodec.EncodeClassifiers(["", "x"])));
        Assert.Equal("3000", Convert.ToHexStringLower(CertificateExtensionCodec.EncodeClassifiers([])));
        Assert.Equal(
            "30120410" + "04387127aa56450a8ce54f565c6790f4",
            Convert.ToHexStringLower(CertificateExtensionCodec.EncodeRole(PeerRole.Admin)));
        Assert.Equal(
            "30120410" + "f12dc4c708574ca093fcb1bb19a3d8c2",
            Convert.ToHexStringLower(CertificateExtensionCodec.EncodeRole(PeerRole.Member)));
    }

    [Fact]
    public void A_classifier_is_read_with_and_without_its_NUL()
    {
        byte[] with = Convert.FromHexString("301a" + "a018" + ClassifierOid + "a00a" + "1c08" + "0000006100000000");
        byte[] without = Convert.FromHexString("3016" + "a014" + ClassifierOid + "a006" + "1c04" + "00000061");
        foreach (byte[] value in (byte[][])[with, without])
        {
            Assert.True(CertificateExtensionCodec.TryReadClassifiers(value, out List<string> classifiers));
            Assert.Equal(["a"], classifiers);
        }
    }

    [Theory]
    [InlineData("Zo\u00eb", "1e08" + "005a006f00eb0000")]
    [InlineData("\U0001F600", "0c04" + "f09f9880")]
    public void Certificates_of_a_delegation_name_both_ends_in_UTF_16_with_a_NUL_where_that_can_be(string friendlyName, string value)
    {
        using ChainBuilder owner = new(PeerSuite.Windows, friendlyName);
        using ChainBuilder delegated = new(PeerSuite.Windows, friendlyName);
        PeerCertificate root = owner.Root();
        PeerCertificate member = owner.Delegate(root, delegated, owner.PeerName, PeerRole.Member, ["x"]);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(member.RawData.Span);

        string commonName = "0603550403" + value;
        Assert.EndsWith(commonName, Convert.ToHexStringLower(root.Subject.Span), StringComparison.Ordinal);
        Assert.EndsWith(commonName, Convert.ToHexStringLower(member.Subject.Span), StringComparison.Ordinal);
        Assert.Equal(root.Subject.Span, certificate.IssuerName.RawData);
    }

    [Theory]
    [InlineData("1c08" + "0000006100110000")]
    [InlineData("1c08" + "000000610000d83d")]
    [InlineData("0408" + "0000006100000062")]
    public void Other_strings_than_UTF32_are_no_names(string text)
    {
        byte[] value = Convert.FromHexString("301a" + "a018" + ClassifierOid + "a00a" + text);
        Assert.False(CertificateExtensionCodec.TryReadClassifiers(value, out _));
    }

    [Theory]
    [InlineData(PeerSuite.Modern)]
    [InlineData(PeerSuite.Windows)]
    public void Truncated_and_changed_certificates_never_throw_and_are_never_trusted(PeerSuite suite)
    {
        using ChainBuilder someone = new(suite);
        byte[] der = someone.Identity.RawData.ToArray();
        for (int length = 0; length < der.Length; length += 3)
        {
            Assert.False(PeerCertificate.TryRead(der.AsMemory(0, length), out _));
        }

        Random random = new(7);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. der];
            changed[random.Next(der.Length)] ^= (byte)(1 << random.Next(8));
            bool isTrusted = PeerCertificate.TryRead(changed, out PeerCertificate? certificate)
                && certificate.IsSignedBy(someone.Key.PublicKey);
            Assert.False(isTrusted);
        }
    }

    [Theory]
    [InlineData("1.3.6.1.4.1.311.44.9.9", true, false)]
    [InlineData("1.3.6.1.4.1.311.44.9.9", false, true)]
    public void An_unknown_extension_matters_only_if_it_is_critical(string oid, bool isCritical, bool isRead)
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        byte[] serial = [0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        byte[] der = Make(key, new X509Extension(oid, [5, 0], isCritical), serial);
        Assert.Equal(isRead, PeerCertificate.TryRead(der, out _));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(17)]
    public void A_serial_number_of_another_length_is_refused(int length)
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        byte[] serial = new byte[length];
        serial[0] = 0x40;
        Assert.False(PeerCertificate.TryRead(Make(key, new X509Extension("2.5.29.99", [5, 0], false), serial), out _));
    }

    private static byte[] Make(PeerPrivateKey key, X509Extension extension, byte[] serial)
    {
        CertificateRequest request = new(
            new X500DistinguishedName("CN=x"),
            PublicKey.CreateFromSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo, out _),
            key.Algorithms.HashName);
        byte[] type = CertificateExtensionCodec.EncodeType(PeerCertificateType.Identity);
        request.CertificateExtensions.Add(new X509Extension(PeerOids.CertificateType, type, critical: true));
        request.CertificateExtensions.Add(
            new X509Extension(PeerOids.CertificateVersion, CertificateExtensionCodec.EncodeVersion(), critical: true));
        request.CertificateExtensions.Add(extension);
        using X509Certificate2 certificate = request.Create(
            request.SubjectName,
            new PeerSignatureGenerator(key),
            ChainBuilder.Day.NotBefore,
            ChainBuilder.Day.NotAfter,
            serial);
        return certificate.RawData;
    }

    private static string ValueOf(X509Certificate2 certificate, string oid, bool isCritical)
    {
        X509Extension extension = Assert.Single(certificate.Extensions, one => one.Oid?.Value == oid);
        Assert.Equal(isCritical, extension.Critical);
        return Convert.ToHexStringLower(extension.RawData);
    }

    private sealed class ConstantRandom(byte value) : Engine.Core.IRandomSource
    {
        public void Fill(Span<byte> destination) => destination.Fill(value);
    }
}

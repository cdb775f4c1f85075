using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Security;

public sealed class KeyFileTests
{
    [Theory]
    [InlineData(PeerSuite.Modern)]
    [InlineData(PeerSuite.Windows)]
    public void A_key_comes_back_without_password(PeerSuite suite)
    {
        using ChainBuilder someone = new(suite);
        byte[] file = KeyFile.Encode(someone.Key, someone.Identity.RawData, []);

        Assert.Equal(KeyFileStatus.Ok, KeyFile.TryDecode(file, [], out PeerPrivateKey? key, out PeerCertificate? certificate));
        Assert.Equal(someone.Key.PublicKey, key!.PublicKey);
        Assert.Equal(someone.Identity.RawData.ToArray(), certificate!.RawData.ToArray());
        key.Dispose();
    }

    [Fact]
    public void A_key_comes_back_with_its_password_alone()
    {
        using ChainBuilder someone = new(PeerSuite.Modern);
        byte[] file = KeyFile.Encode(someone.Key, someone.Identity.RawData, "correct horse");

        Assert.Equal(KeyFileStatus.Ok, KeyFile.TryDecode(file, "correct horse", out PeerPrivateKey? key, out _));
        Assert.Equal(someone.Key.PublicKey, key!.PublicKey);
        key.Dispose();
        Assert.Equal(KeyFileStatus.WrongPassword, KeyFile.TryDecode(file, "Correct horse", out key, out _));
        Assert.Null(key);
        Assert.Equal(KeyFileStatus.WrongPassword, KeyFile.TryDecode(file, [], out key, out _));
        Assert.Null(key);
    }

    [Fact]
    public void The_framework_reads_the_file_and_finds_the_work_that_passwords_cost()
    {
        using ChainBuilder someone = new(PeerSuite.Modern);
        byte[] file = KeyFile.Encode(someone.Key, someone.Identity.RawData, "pass");
        Pkcs12LoaderLimits tooFew = new() { IndividualKdfIterationLimit = 599_999, MacIterationLimit = 600_000 };
        Pkcs12LoaderLimits enough = new()
        {
            IndividualKdfIterationLimit = 600_000,
            MacIterationLimit = 600_000,
            TotalKdfIterationLimit = 1_800_000,
        };

        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(
            file, "pass", X509KeyStorageFlags.DefaultKeySet, enough);
        Assert.True(certificate.HasPrivateKey);
        Assert.ThrowsAny<CryptographicException>(
            () => X509CertificateLoader.LoadPkcs12(file, "pass", X509KeyStorageFlags.DefaultKeySet, tooFew));
    }

    // One that is read costs the stretching and then has the wrong password: the count is part of it.
    [Theory]
    [InlineData(3, true)]
    [InlineData(2_400_001, false)]
    [InlineData(int.MaxValue, false)]
    public void A_file_that_would_cost_far_more_work_than_ours_is_refused(int iterations, bool isTried)
    {
        Pkcs12Builder builder = new();
        builder.AddSafeContentsUnencrypted(new Pkcs12SafeContents());
        builder.SealWithMac("pass", HashAlgorithmName.SHA256, 2);

        byte[] costly = WithIterations(builder.Encode(), iterations);

        KeyFileStatus expected = isTried ? KeyFileStatus.WrongPassword : KeyFileStatus.Damaged;
        Assert.Equal(expected, KeyFile.TryDecode(costly, "pass", out _, out _));
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        using ChainBuilder someone = new(PeerSuite.Modern);
        using ChainBuilder other = new(PeerSuite.Modern);
        byte[] file = KeyFile.Encode(someone.Key, other.Identity.RawData, []);

        Assert.Equal(KeyFileStatus.Damaged, KeyFile.TryDecode(file, [], out PeerPrivateKey? key, out _));
        Assert.Null(key);
    }

    [Fact]
    public void Truncated_and_changed_files_never_throw_and_never_give_another_key()
    {
        using ChainBuilder someone = new(PeerSuite.Modern);
        byte[] file = KeyFile.Encode(someone.Key, someone.Identity.RawData, []);
        for (int length = 0; length < file.Length; length += 3)
        {
            Assert.Equal(KeyFileStatus.Damaged, KeyFile.TryDecode(file.AsMemory(0, length), [], out _, out _));
        }

        Random random = new(3);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. file];
            changed[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            KeyFile.TryDecode(changed, [], out PeerPrivateKey? key, out _);
            Assert.True(key is null || key.PublicKey.Equals(someone.Key.PublicKey));
            key?.Dispose();
        }
    }

    private static byte[] WithIterations(byte[] file, int iterations)
    {
        AsnReader pfx = new AsnReader(file, AsnEncodingRules.BER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(pfx.ReadEncodedValue().Span);
            writer.WriteEncodedValue(pfx.ReadEncodedValue().Span);
            AsnReader mac = pfx.ReadSequence();
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteInteger(iterations);
            }
        }

        return writer.Encode();
    }
}

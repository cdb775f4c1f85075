using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol.Messages;

public class GoldenCpaTests
{
    public static TheoryData<PeerSuite> Suites => [PeerSuite.Windows, PeerSuite.Modern];

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_with_every_field(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        Assert.True(CertifiedPeerAddress.TryRead(vectors.Secure, vectors.Suite, out CertifiedPeerAddress cpa));
        Assert.False(cpa.IsRevoke);
        Assert.True(cpa.HasExtendedPayload);
        Assert.Equal(CpaVectors.NotAfter, FileTime.ToTime(cpa.NotAfter));
        Assert.Equal(cpa.NotAfter, FileTime.From(CpaVectors.NotAfter));
        Assert.Equal(vectors.SecureId.ServiceLocation, cpa.ServiceLocation);
        Assert.Equal(CpaVectors.Nonce, cpa.Nonce);
        byte[] authority = new byte[SuiteAlgorithms.HashLength];
        cpa.CopyAuthority(authority);
        Assert.Equal(vectors.Authority, Convert.ToHexStringLower(authority));
        byte[] classifierHash = new byte[SuiteAlgorithms.HashLength];
        P2PIds.HashClassifier(vectors.Suite, "fish", classifierHash);
        Assert.Equal(classifierHash, cpa.ClassifierHash);
        Assert.True(PeerText.TryDecode(cpa.FriendlyName, cpa.IsFriendlyNameUtf8, out string? friendlyName));
        Assert.Equal("Grüße", friendlyName);
        Assert.Equal([CpaVectors.First, CpaVectors.Second], cpa.ServiceAddresses.ToArray());
        Assert.Equal(
            ["[2001:db8::1]:8080 Tcp", "192.0.2.1:53 Udp"],
            cpa.Endpoints.ToArray().Select(endpoint => $"{endpoint} {endpoint.Protocol}"));
        using PeerPrivateKey key = vectors.OpenKey();
        Assert.Equal(key.PublicKey.KeyData, cpa.PublicKey);
        Assert.True(key.PublicKey.Verify(cpa.SignedData, cpa.Signature));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_cpa_of_an_unsecured_name(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        Assert.True(CertifiedPeerAddress.TryRead(vectors.Unsecured, vectors.Suite, out CertifiedPeerAddress cpa));
        Assert.True(cpa.ReversedAuthority.IsEmpty);
        Assert.False(cpa.HasExtendedPayload);
        Assert.False(cpa.IsFriendlyNameUtf8);
        Assert.True(PeerText.TryDecode(cpa.FriendlyName, cpa.IsFriendlyNameUtf8, out string? friendlyName));
        Assert.Equal("Köln", friendlyName);
        Assert.Equal([CpaVectors.First], cpa.ServiceAddresses.ToArray());
        Assert.Equal(1, cpa.Endpoints.Count);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_revoke_cpa(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        Assert.True(CertifiedPeerAddress.TryRead(vectors.Revoke, vectors.Suite, out CertifiedPeerAddress cpa));
        Assert.True(cpa.IsRevoke);
        Assert.Equal(default, cpa.Nonce);
        Assert.Equal(0, cpa.ServiceAddresses.Count);
        Assert.Equal(0, cpa.Endpoints.Count);
        Assert.True(cpa.FriendlyName.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Cpas_are_written_back_as_they_were_read(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);
        foreach (byte[] encoded in new[] { vectors.Secure, vectors.Unsecured, vectors.Revoke })
        {
            Assert.True(CertifiedPeerAddress.TryRead(encoded, vectors.Suite, out CertifiedPeerAddress cpa));
            byte[] written = new byte[cpa.WireLength(vectors.Suite)];
            var writer = new WireWriter(written);
            cpa.Write(ref writer, vectors.Suite);

            Assert.Equal(Convert.ToHexString(encoded), Convert.ToHexString(written));
        }
    }

    [Fact]
    public void The_Windows_suite_signs_cpas_and_payloads_byte_for_byte()
    {
        CpaVectors vectors = CpaVectors.Windows;
        using PeerPrivateKey key = vectors.OpenKey();
        foreach (byte[] encoded in new[] { vectors.Secure, vectors.Unsecured, vectors.Revoke })
        {
            Assert.True(CertifiedPeerAddress.TryRead(encoded, vectors.Suite, out CertifiedPeerAddress cpa));
            Assert.Equal(Convert.ToHexString(encoded), Convert.ToHexString(cpa.Sign(key)));
        }

        foreach (byte[] encoded in new[] { vectors.Utf8Payload, vectors.Utf16Payload, vectors.BinaryPayload })
        {
            Assert.True(ExtendedPayload.TryRead(encoded, vectors.Suite, out ExtendedPayload payload));
            Assert.Equal(Convert.ToHexString(encoded), Convert.ToHexString(payload.Sign(key)));
        }
    }

    [Fact]
    public void The_Windows_suite_has_the_lengths_that_the_specification_fixes()
    {
        // MS-PNRP 2.2.3.1.4, 2.2.3.2
        byte[] cpa = CpaVectors.Windows.Secure;
        Assert.Equal("A9001400", Convert.ToHexString(cpa.AsSpan(^(0x88 + 0xA9))[..4]));
        Assert.Equal("88008000", Convert.ToHexString(cpa.AsSpan(^0x88)[..4]));
        Assert.Equal(0x8C, SuiteAlgorithms.Windows.PublicKeyLength);
        Assert.Equal(0xA9, CpaPublicKey.LengthOf(SuiteAlgorithms.Windows));
        Assert.Equal(0x88, SignatureStructure.LengthOf(SuiteAlgorithms.Windows));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Extended_payloads(PeerSuite suite)
    {
        CpaVectors vectors = CpaVectors.For(suite);

        AssertPayload(vectors, vectors.Utf8Payload, isText: true, isUtf8: true, "Grüß Gott"u8);
        AssertPayload(vectors, vectors.Utf16Payload, isText: true, isUtf8: false, Utf16.Encode("漢字"));
        AssertPayload(vectors, vectors.BinaryPayload, isText: false, isUtf8: false, [0x00, 0x01, 0x02, 0xFD, 0xFE]);
    }

    private static void AssertPayload(
        CpaVectors vectors, byte[] encoded, bool isText, bool isUtf8, ReadOnlySpan<byte> content)
    {
        Assert.True(ExtendedPayload.TryRead(encoded, vectors.Suite, out ExtendedPayload payload));
        Assert.Equal(CpaVectors.NotAfter, FileTime.ToTime(payload.NotAfter));
        Assert.Equal(vectors.SecureId, payload.Id);
        Assert.Equal(CpaVectors.Nonce, payload.Nonce);
        Assert.Equal(isText, payload.IsText);
        Assert.Equal(isUtf8, payload.IsUtf8);
        Assert.Equal(content, payload.Content);
        using PeerPrivateKey key = vectors.OpenKey();
        Assert.True(key.PublicKey.Verify(payload.SignedData, payload.Signature));

        byte[] written = new byte[payload.WireLength(vectors.Suite)];
        var writer = new WireWriter(written);
        payload.Write(ref writer, vectors.Suite);
        Assert.Equal(Convert.ToHexString(encoded), Convert.ToHexString(written));
    }
}

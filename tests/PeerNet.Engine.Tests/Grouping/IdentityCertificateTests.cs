using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Grouping.Protocol;

namespace PeerNet.Engine.Tests.Grouping;

public sealed class IdentityCertificateTests : IDisposable
{
    private readonly GroupBuilder _group = new();

    public void Dispose() => _group.Dispose();

    [Fact]
    public void It_names_its_own_key_and_is_signed_with_it()
    {
        (PeerPrivateKey key, PeerCertificate identity) = _group.Identity("ada");
        byte[] forged = identity.RawData.ToArray();
        forged[^1] ^= 1;

        Assert.True(IdentityCertificate.TryRead(identity.RawData, out PeerCertificate? read));
        Assert.True(read.PublicKey.Equals(key.PublicKey));
        Assert.False(IdentityCertificate.TryRead(forged, out read));
        Assert.Null(read);
        Assert.False(IdentityCertificate.TryRead(identity.RawData[..^1], out _));
    }

    [Fact]
    public void It_does_not_name_another()
    {
        (PeerPrivateKey key, _) = _group.Identity("mallory");
        byte[] certificate = _group.Certificates.IssueIdentity(
            key, "ada", _group.Creator.Name.Value, GroupBuilder.Period(days: 1));

        Assert.False(IdentityCertificate.TryRead(certificate, out _));
    }

    [Fact]
    public void It_is_no_other_certificate()
    {
        Assert.False(IdentityCertificate.TryRead(_group.Root.RawData, out _));
        Assert.False(IdentityCertificate.TryRead(_group.Creator.Chain.Leaf.RawData, out _));
    }

    [Fact]
    public void It_is_of_the_suite_of_today()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Windows);
        byte[] certificate = _group.Certificates.IssueIdentity(
            key, "ada", $"{key.PublicKey}.ada", GroupBuilder.Period(days: 1));

        Assert.False(IdentityCertificate.TryRead(certificate, out _));
    }
}

using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Security;

/// <summary>An identity for tests of certificates: a key, its certificate, and what it takes to issue more.</summary>
internal sealed class ChainBuilder : IDisposable
{
    public static readonly DateTimeOffset Now = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public static readonly CertificateValidity Day = CertificateValidity.Starting(Now, TimeSpan.FromDays(1));

    public static readonly CertificateIssuer Issuer = new(new SeededRandom(1));

    public ChainBuilder(PeerSuite suite, string friendlyName = "Someone")
    {
        Key = PeerPrivateKey.Generate(suite);
        PeerName = Key.PublicKey + ".";
        Identity = Read(Issuer.IssueIdentity(Key, friendlyName, PeerName, Day));
    }

    public PeerPrivateKey Key { get; }

    public string PeerName { get; }

    public PeerCertificate Identity { get; }

    public static PeerCertificate Read(byte[] der)
    {
        Assert.True(PeerCertificate.TryRead(der, out PeerCertificate? certificate));
        return certificate;
    }

    public static byte[] Join(params PeerCertificate[] certificates) =>
        Pkcs7Certificates.Encode(certificates.Select(certificate => certificate.RawData));

    public PeerCertificate Root(CertificateValidity? validity = null) =>
        Read(Issuer.IssueRoot(Key, Identity, PeerName, validity ?? Day));

    public PeerCertificate Delegate(
        PeerCertificate issuer,
        ChainBuilder subject,
        string peerName,
        PeerRole role,
        IReadOnlyList<string> classifiers,
        CertificateValidity? validity = null) =>
        Read(Issuer.IssueMember(
            Key, issuer, subject.Identity, new DelegationGrant(peerName, role, classifiers), validity ?? Day));

    /// <summary>A chain by the public way.</summary>
    public byte[] Issue(
        ChainBuilder subject, bool allowSubdelegation, IReadOnlyList<string> classifiers, byte[]? parent = null)
    {
        DelegationChain? parentChain = null;
        Assert.True(parent is null || DelegationChain.TryRead(parent, out parentChain));
        DelegationGrant grant = new(PeerName, allowSubdelegation ? PeerRole.Admin : PeerRole.Member, classifiers);
        return DelegationChain.Issue(Issuer, Key, Identity, parentChain, subject.Identity, grant, Day);
    }

    /// <summary>The verdict on a chain by which <paramref name="publisher"/> publishes below this identity.</summary>
    public DelegationVerdict Judge(byte[] chain, ChainBuilder publisher, string classifier, DateTimeOffset? utc = null) =>
        DelegationChain.Validate(
            chain, publisher.Key.PublicKey, Key.PublicKey.AuthorityHash, classifier, utc ?? Now);

    public void Dispose() => Key.Dispose();
}

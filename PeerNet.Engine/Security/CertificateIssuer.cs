using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Security;

/// <summary>Issues the three kinds of certificates (MS-PNRP 2.2.3.5, MS-PPSEC 2.2.5).</summary>
/// <param name="random">Where serial numbers come from.</param>
internal sealed class CertificateIssuer(IRandomSource random)
{
    private const int SerialLength = 16;

    /// <summary>The self-signed certificate of an identity.</summary>
    /// <param name="key">The identity's key.</param>
    /// <param name="friendlyName">The subject: well-formed Unicode of at most 255 characters.</param>
    /// <param name="peerName">The identity's peer name.</param>
    /// <param name="validity">When it is valid.</param>
    /// <returns>The DER.</returns>
    public byte[] IssueIdentity(PeerPrivateKey key, string friendlyName, string peerName, CertificateValidity validity)
    {
        X500DistinguishedName subject = ToName(friendlyName);
        CertificateRequest request = CreateRequest(subject, key.PublicKey, PeerCertificateType.Identity);
        byte[] alternativeName = CertificateExtensionCodec.EncodePeerName(peerName);
        AddAlternativeNames(request, alternativeName, alternativeName);
        request.CertificateExtensions.Add(
            new X509Extension(PeerOids.IdentityFlags, CertificateExtensionCodec.EncodeFlags(), critical: false));

        AddUsage(request);
        return Sign(request, subject, key, validity);
    }

    /// <summary>The self-signed certificate of a group's key (GRC): the root of all its members' credentials.</summary>
    /// <param name="key">The group's key.</param>
    /// <param name="friendlyName">The subject: well-formed Unicode of at most 255 characters.</param>
    /// <param name="groupName">The group's peer name, whose authority is that key.</param>
    /// <param name="validity">When it is valid.</param>
    /// <returns>The DER.</returns>
    public byte[] IssueGroupRoot(
        PeerPrivateKey key, string friendlyName, string groupName, CertificateValidity validity)
    {
        X500DistinguishedName subject = ToName(friendlyName);
        CertificateRequest request = CreateRequest(subject, key.PublicKey, PeerCertificateType.Root);
        byte[] name = CertificateExtensionCodec.EncodePeerName(groupName);
        AddAlternativeNames(request, name, name);
        AddCritical(request, PeerOids.PeerName, name);
        AddGroup(request);
        return Sign(request, subject, key, validity);
    }

    /// <summary>The self-signed first certificate of a delegation chain.</summary>
    /// <param name="key">The key of the identity that owns the authority.</param>
    /// <param name="identity">That identity's certificate.</param>
    /// <param name="peerName">The peer name that the chain is for.</param>
    /// <param name="validity">When it is valid.</param>
    /// <returns>The DER.</returns>
    public byte[] IssueRoot(
        PeerPrivateKey key, PeerCertificate identity, string peerName, CertificateValidity validity)
    {
        X500DistinguishedName subject = CertificateName.ForDelegation(identity.Subject.Span);
        CertificateRequest request = CreateRequest(subject, key.PublicKey, PeerCertificateType.Root);
        byte[] alternativeName = identity.SubjectAlternativeName.ToArray();
        AddAlternativeNames(request, alternativeName, alternativeName);
        AddCritical(request, PeerOids.PeerName, CertificateExtensionCodec.EncodePeerName(peerName));
        return Sign(request, subject, key, validity);
    }

    /// <summary>A certificate that delegates from <paramref name="issuer"/> to <paramref name="subject"/>.</summary>
    /// <param name="key">The issuer's key.</param>
    /// <param name="issuer">The issuer's certificate: the root, or the last one of its chain.</param>
    /// <param name="subject">The delegate's own certificate.</param>
    /// <param name="grant">What is delegated.</param>
    /// <param name="validity">When it is valid.</param>
    /// <returns>The DER.</returns>
    public byte[] IssueMember(
        PeerPrivateKey key,
        PeerCertificate issuer,
        PeerCertificate subject,
        DelegationGrant grant,
        CertificateValidity validity)
    {
        X500DistinguishedName name = CertificateName.ForDelegation(subject.Subject.Span);
        CertificateRequest request = CreateRequest(name, subject.PublicKey, PeerCertificateType.Member);
        AddAlternativeNames(request, subject.SubjectAlternativeName.ToArray(), issuer.SubjectAlternativeName.ToArray());
        AddCritical(request, PeerOids.PeerName, CertificateExtensionCodec.EncodePeerName(grant.PeerName));
        AddCritical(request, PeerOids.Roles, CertificateExtensionCodec.EncodeRole(grant.Role));
        AddCritical(request, PeerOids.Classifiers, CertificateExtensionCodec.EncodeClassifiers(grant.Classifiers));
        AddGroup(request);
        return Sign(request, new X500DistinguishedName(issuer.Subject.Span), key, validity);
    }

    private static X500DistinguishedName ToName(string friendlyName)
    {
        X500DistinguishedNameBuilder builder = new();
        builder.AddCommonName(friendlyName);
        return builder.Build();
    }

    private static CertificateRequest CreateRequest(
        X500DistinguishedName subject, PeerPublicKey key, PeerCertificateType type)
    {
        PublicKey publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        CertificateRequest request = new(subject, publicKey, key.Algorithms.HashName);
        AddCritical(request, PeerOids.CertificateType, CertificateExtensionCodec.EncodeType(type));
        AddCritical(request, PeerOids.CertificateVersion, CertificateExtensionCodec.EncodeVersion());
        return request;
    }

    private static void AddAlternativeNames(CertificateRequest request, byte[] subject, byte[] issuer)
    {
        request.CertificateExtensions.Add(new X509Extension(PeerOids.SubjectAlternativeName, subject, critical: false));
        request.CertificateExtensions.Add(new X509Extension(PeerOids.IssuerAlternativeName, issuer, critical: false));
    }

    // MS-PPSEC 2.2.5.1 asks for the first two; TLS clients need the third.
    private static void AddUsage(CertificateRequest request) =>
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [
                new Oid(PeerOids.PeerAuthentication),
                new Oid(PeerOids.ServerAuthentication),
                new Oid(PeerOids.ClientAuthentication),
            ],
            critical: false));

    private static void AddGroup(CertificateRequest request)
    {
        request.CertificateExtensions.Add(
            new X509Extension(PeerOids.GroupFlags, CertificateExtensionCodec.EncodeFlags(), critical: false));
        AddUsage(request);
    }

    private static void AddCritical(CertificateRequest request, string oid, byte[] value) =>
        request.CertificateExtensions.Add(new X509Extension(oid, value, critical: true));

    private byte[] Sign(
        CertificateRequest request, X500DistinguishedName issuer, PeerPrivateKey key, CertificateValidity validity)
    {
        Span<byte> serial = stackalloc byte[SerialLength];
        random.Fill(serial);

        // Positive, and exactly 16 bytes in DER.
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        using X509Certificate2 certificate = request.Create(
            issuer, new PeerSignatureGenerator(key), validity.NotBefore, validity.NotAfter, serial);
        return certificate.RawData;
    }
}

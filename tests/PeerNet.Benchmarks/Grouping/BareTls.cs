using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Security;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>What SslStream is told for the connections of groups, but that it believes everybody.</summary>
internal static class BareTls
{
    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsLinux()
        ? new([TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384])
        : null;

    public static SslClientAuthenticationOptions CreateClient(SslStreamCertificateContext context) => new()
    {
        TargetHost = "",
        ClientCertificateContext = context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CipherSuitesPolicy = Suites,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = Accept,
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    public static SslServerAuthenticationOptions CreateServer(SslStreamCertificateContext context) => new()
    {
        ServerCertificateContext = context,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CipherSuitesPolicy = Suites,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = Accept,
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    // The other side is this process.
    private static bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null;

    /// <summary>The certificate of a member's identity, with its key.</summary>
    public static SslStreamCertificateContext CreateContext(GroupSecurity member) => CreateContext(member.Identity, member.Key);

    /// <summary>A certificate with its key.</summary>
    public static SslStreamCertificateContext CreateContext(PeerCertificate certificate, PeerPrivateKey key)
    {
        using X509Certificate2 plain = X509CertificateLoader.LoadCertificate(certificate.RawData.Span);
        using var ecdsa = (ECDsa)key.CopyKey();
        return SslStreamCertificateContext.Create(plain.CopyWithPrivateKey(ecdsa), additionalCertificates: null, offline: true);
    }
}

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>
/// TLS between identities: both show the certificate of theirs (IDC), which proves a key and a name and nothing else; who
/// may do what is for the protocol above to say. Only suites that encrypt and authenticate at once; no resumption, no renegotiation: each
/// connection proves the key anew.
/// </summary>
internal sealed class IdentityTls
{
    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsLinux()
        ? new(
        [
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        ])
        : null;

    private readonly SslStreamCertificateContext _own;

    private readonly List<SslApplicationProtocol>? _protocols;
    private readonly SslProtocols _versions;

    /// <summary>TLS 1.2 or 1.3, for the one protocol that a port serves.</summary>
    /// <param name="key">The key of the identity.</param>
    /// <param name="identity">Its certificate.</param>
    public IdentityTls(PeerPrivateKey key, PeerCertificate identity)
    {
        _own = CreateContext(key, identity);
        _versions = SslProtocols.Tls12 | SslProtocols.Tls13;
    }

    /// <summary>TLS 1.3 with a name for the protocol above (ALPN), which both sides have to speak.</summary>
    /// <param name="key">The key of the identity.</param>
    /// <param name="identity">Its certificate.</param>
    /// <param name="protocol">The protocol above.</param>
    public IdentityTls(PeerPrivateKey key, PeerCertificate identity, SslApplicationProtocol protocol)
    {
        _own = CreateContext(key, identity);
        _protocols = [protocol];
        _versions = SslProtocols.Tls13;
    }

    /// <summary>Secures a connection.</summary>
    /// <returns>The stream, and the certificate of the other side, whose key it has proven to have.</returns>
    /// <exception cref="PeerException">The other side does not, or speaks no such TLS.</exception>
    public async Task<(SslStream Stream, PeerCertificate Remote)> AuthenticateAsync(
        Stream inner, bool isInitiator, CancellationToken cancellationToken)
    {
        // The certificate is read once: its signature is a good part of what a handshake costs.
        PeerCertificate? remote = null;
        bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
            certificate is X509Certificate2 { RawDataMemory: var der } && IdentityCertificate.TryRead(der, out remote);

        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await (isInitiator
                ? stream.AuthenticateAsClientAsync(CreateClient(Validate), cancellationToken)
                : stream.AuthenticateAsServerAsync(CreateServer(Validate), cancellationToken)).ConfigureAwait(false);
            return remote is not null && (_protocols is null || _protocols.Contains(stream.NegotiatedApplicationProtocol))
                ? (stream, remote)
                : throw new AuthenticationException("The other side speaks another protocol.");
        }
        catch (Exception exception) when (exception is AuthenticationException or CryptographicException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw NotAuthenticated(exception);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SslClientAuthenticationOptions CreateClient(RemoteCertificateValidationCallback validate) => new()
    {
        // Names of hosts mean nothing here.
        TargetHost = "",
        ClientCertificateContext = _own,
        EnabledSslProtocols = _versions,
        ApplicationProtocols = _protocols,
        CipherSuitesPolicy = Suites,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = validate,
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    private SslServerAuthenticationOptions CreateServer(RemoteCertificateValidationCallback validate) => new()
    {
        ServerCertificateContext = _own,
        ClientCertificateRequired = true,
        EnabledSslProtocols = _versions,
        ApplicationProtocols = _protocols,
        CipherSuitesPolicy = Suites,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = validate,
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    private static SslStreamCertificateContext CreateContext(PeerPrivateKey key, PeerCertificate identity)
    {
        using X509Certificate2 plain = X509CertificateLoader.LoadCertificate(identity.RawData.Span);
        using var ecdsa = (ECDsa)key.CopyKey();
        X509Certificate2 certificate = plain.CopyWithPrivateKey(ecdsa);
        if (OperatingSystem.IsWindows())
        {
            // Schannel takes no key that is in memory alone.
            using X509Certificate2 ephemeral = certificate;
            certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), password: null);
        }

        return SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }

    private static PeerException NotAuthenticated(Exception cause) => PeerErrors.ConnectionNotAuthenticated.Exception(
        $"The other side does not prove an identity: {cause.Message}", null, cause);
}

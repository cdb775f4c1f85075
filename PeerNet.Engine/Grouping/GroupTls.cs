using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>
/// TLS between members: both show the certificate of their identity (IDC), which proves a key and a name and nothing else;
/// Group Connect proves the rest. Only suites that encrypt and authenticate at once; no resumption, no renegotiation: each
/// connection proves the key anew.
/// </summary>
internal sealed class GroupTls
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

    public GroupTls(PeerPrivateKey key, PeerCertificate identity) => _own = CreateContext(key, identity);

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
            return (stream, remote ?? throw NotAuthenticated(null));
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
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
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
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
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

    private static PeerException NotAuthenticated(Exception? cause) => PeerErrors.ConnectionNotAuthenticated.Exception(
        "The other side does not prove an identity as members of groups do" + (cause is null ? "." : $": {cause.Message}"), null, cause);
}

using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// TLS between a connection and Kestrel. Kestrel's own cannot be had without its host: it takes internal services from
/// there.
/// </summary>
internal sealed class HttpTls(X509Certificate2 certificate, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly SslServerAuthenticationOptions _options = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null),
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    /// <summary>Shakes hands, then lets <paramref name="next"/> run on the plaintext.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe transport = connection.Transport;
        var tls = new SslStream(new DuplexPipeStream(transport), leaveInnerStreamOpen: true);
        await using (tls.ConfigureAwait(false))
        {
            if (!await TryAuthenticateAsync(tls, connection).ConfigureAwait(false))
            {
                return;
            }

            connection.Features.Set<ITlsConnectionFeature>(new Feature());
            connection.Transport = new Plaintext(
                PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)),
                PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
            try
            {
                await next(connection).ConfigureAwait(false);
                await tls.ShutdownAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The client left without a farewell.
            }
            finally
            {
                connection.Transport = transport;
            }
        }
    }

    private async Task<bool> TryAuthenticateAsync(SslStream tls, ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(HandshakeTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
        try
        {
            await tls.AuthenticateAsServerAsync(_options, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException)
        {
            HttpLog.HandshakeFailed(logger, connection.RemoteEndPoint?.ToString() ?? string.Empty, exception.Message);
            return false;
        }
    }

    private sealed record Plaintext(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    // Tells Kestrel that the scheme is https. Clients show no certificates.
    private sealed class Feature : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult<X509Certificate2?>(null);
    }
}

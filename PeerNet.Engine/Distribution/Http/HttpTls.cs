using System.IO.Pipelines;
using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

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

/// <summary>Both directions of a connection as one stream, for asynchronous use.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe pipe) : Stream
{
    private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true);
    private readonly Stream _output = pipe.Output.AsStream(leaveOpen: true);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _output.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    public override void Flush() => _output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>
/// ASP.NET Core, which is not part of every .NET process: PowerShell lacks it, and a module may come without it for the
/// system where it runs. Nothing that names one of its types may be touched before it is known to be there.
/// </summary>
internal static class WebFramework
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel.Core";

    /// <summary>Says so where it is missing.</summary>
    /// <exception cref="PeerException">It is.</exception>
    public static void Require() => Require(Assembly.Load);

    /// <summary>The same, with another way to load an assembly by its name.</summary>
    internal static void Require(Func<string, Assembly> load)
    {
        try
        {
            load(Server);
        }
        catch (FileNotFoundException missing)
        {
            throw PeerErrors.DistributionUnavailable.Exception(
                $"This copy of PeerNet has no web server for {RuntimeInformation.RuntimeIdentifier}: content can be neither "
                + "published nor received. Use a package that was built for this system.",
                null,
                missing);
        }
    }
}

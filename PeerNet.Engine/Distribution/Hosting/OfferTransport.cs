using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>Posts offers over HTTP, and over HTTPS where the certificate of the hosted cache must be valid for its name
/// (MS-PCHC 2.1, 3.2.3). The caller's request timer ends what takes too long.</summary>
/// <param name="handler">Sends requests; disposed of with this.</param>
internal sealed class OfferTransport(HttpMessageHandler handler) : IOfferTransport
{
    private const int MaximumHeaders = 16;
    private const int MaximumConnections = 4;

    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker _http = new(handler);

    /// <summary>What sends requests to hosted caches.</summary>
    /// <param name="roots">The only roots to trust; empty for those that the system trusts.</param>
    public static SocketsHttpHandler CreateHandler(IReadOnlyList<X509Certificate2> roots)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = MaximumConnections,
            MaxResponseHeadersLength = MaximumHeaders,
            PooledConnectionIdleTimeout = IdleTimeout,
        };
        Trust(handler, roots);
        return handler;
    }

    /// <summary>Lets a handler trust roots instead of those that the system trusts; none change nothing.</summary>
    public static void Trust(SocketsHttpHandler handler, IReadOnlyList<X509Certificate2> roots)
    {
        if (roots.Count == 0)
        {
            return;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(roots.ToArray());
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    public async Task<OfferReply> PostAsync(Uri uri, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, uri);
            message.Content = new ReadOnlyMemoryContent(request);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using HttpResponseMessage response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false),

                // MS-PCHC 3.2.5.3 would have the request sent again with SPNEGO.
                HttpStatusCode.Unauthorized => OfferReply.Without("it wants its clients to authenticate, which is not available here."),
                _ => OfferReply.Without($"it answered {(int)response.StatusCode}."),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return OfferReply.Without((exception.InnerException ?? exception).Message);
        }
    }

    public void Dispose() => _http.Dispose();

    // One byte more than an answer has tells a longer one from it.
    private static async Task<OfferReply> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[OfferResponse.Length + 1];
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        int length = await stream
            .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return OfferResponse.TryRead(buffer.AsSpan(0, length), out OfferResponseCode code)
            ? OfferReply.Of(code)
            : OfferReply.Without("its answer is none of the Hosted Cache Protocol.");
    }
}

/// <summary>Posts offers to hosted caches.</summary>
internal interface IOfferTransport : IDisposable
{
    /// <summary>Posts a request and reads the answer. Nothing but cancellation is thrown.</summary>
    Task<OfferReply> PostAsync(Uri uri, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}

/// <summary>What came back for an offer.</summary>
/// <param name="Code">The answer; null where there is none.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct OfferReply(OfferResponseCode? Code, string? Failure)
{
    public static OfferReply Of(OfferResponseCode code) => new(code, null);

    public static OfferReply Without(string failure) => new(null, failure);
}

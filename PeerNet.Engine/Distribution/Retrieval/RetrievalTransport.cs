using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>
/// The client side of the Peer Download Transport (MS-PCCRR 2.1.1): posts one message and reads one. Peers are hostile:
/// an exchange ends with the request timer, and no more is read than the message says, or may.
/// </summary>
internal sealed class RetrievalTransport : IDisposable
{
    // An answer has few headers, in kibibytes; and a little may follow the message, such as the last chunk.
    private const int MaximumHeaders = 16;
    private const int MaximumDrain = 4096;

    // Requests beyond them wait.
    private const int ConnectionsPerPeer = 8;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker _http;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="handler">Sends requests; disposed of with this.</param>
    /// <param name="timeout">The request timer (MS-PCCRR 3.1.2).</param>
    /// <param name="time">Its clock.</param>
    /// <param name="logger">Told why an exchange failed.</param>
    public RetrievalTransport(HttpMessageHandler handler, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        _http = new HttpMessageInvoker(handler);
        _timeout = timeout;
        _time = time;
        _logger = logger;
    }

    /// <summary>What sends requests to peers: directly, and with nothing that a peer could turn against this node.</summary>
    public static SocketsHttpHandler CreateHandler(RetrievalOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.RequestTimeout,
        MaxConnectionsPerServer = ConnectionsPerPeer,
        MaxResponseHeadersLength = MaximumHeaders,
        MaxResponseDrainSize = MaximumDrain,
        PooledConnectionIdleTimeout = IdleTime,
        ResponseDrainTimeout = options.RequestTimeout,
    };

    /// <summary>Posts a request and reads the whole answer. Only the caller's cancellation is thrown.</summary>
    /// <param name="peer">The peer's base address.</param>
    /// <param name="request">The request.</param>
    /// <param name="expectedLength">How long the answer is likely to be, prefix included.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RetrievalReply> PostAsync(
        Uri peer, ReadOnlyMemory<byte> request, int expectedLength, CancellationToken cancellationToken)
    {
        if (!peer.IsAbsoluteUri || (peer.Scheme != Uri.UriSchemeHttp && peer.Scheme != Uri.UriSchemeHttps))
        {
            return Fail(peer, "its address is not one of HTTP");
        }

        using var timer = new CancellationTokenSource(_timeout, _time);
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
            static timer => ((CancellationTokenSource)timer!).Cancel(), timer);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(peer, RetrievalEndpoint.Path));
            message.Content = new ReadOnlyMemoryContent(request);
            using HttpResponseMessage response = await _http.SendAsync(message, timer.Token).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await ReadAsync(peer, response.Content, expectedLength, timer.Token).ConfigureAwait(false),
                HttpStatusCode.ServiceUnavailable => RetrievalReply.Without(BlockOutcome.Busy),
                _ => Fail(peer, $"it answered {(int)response.StatusCode}"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Fail(peer, $"it took longer than {_timeout}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Fail(peer, exception.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<RetrievalReply> ReadAsync(
        Uri peer, HttpContent content, int expectedLength, CancellationToken cancellationToken)
    {
        long? announced = content.Headers.ContentLength;
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(expectedLength);
        try
        {
            int read = await stream.ReadAtLeastAsync(
                buffer, RetrievalFrame.PrefixLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            int length = GetLength(buffer.AsSpan(0, read), announced);
            if (length == 0 || length < read)
            {
                return Fail(peer, "its answer has another length than it says");
            }

            buffer = Grow(buffer, read, length);
            await stream.ReadExactlyAsync(buffer.AsMemory(read, length - read), cancellationToken).ConfigureAwait(false);
            RetrievalReply reply = RetrievalReply.Of(buffer, length);
            buffer = [];
            return reply;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The length by the prefix, which must be the one that HTTP announces where it does; 0 where it cannot be.
    private static int GetLength(ReadOnlySpan<byte> start, long? announced)
    {
        if (!RetrievalFrame.TryReadPrefix(start, out int size))
        {
            return 0;
        }

        int length = RetrievalFrame.PrefixLength + size;
        return announced is null || announced == length ? length : 0;
    }

    private static byte[] Grow(byte[] buffer, int used, int length)
    {
        if (buffer.Length >= length)
        {
            return buffer;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(length);
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private RetrievalReply Fail(Uri peer, string reason)
    {
        RetrievalLog.Failed(_logger, peer, reason);
        return RetrievalReply.Without(BlockOutcome.Failed);
    }
}

using System.Net;
using System.Net.Http.Headers;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Sends requests to content servers: follows redirections, comes back to busy servers, and waits no longer than is
/// sensible.</summary>
internal sealed class ContentServerTransport(TimeProvider time, HttpMessageHandler handler) : IDisposable
{
    private const int MaximumRedirections = 8;
    private const int MaximumWaits = 5;

    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(30);

    // Who is to come back later than that may as well do so himself.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private readonly HttpClient _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A way to send requests. Redirections are followed here, so that no header field of ours goes where it should
    /// not, and https stays https.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = HeadTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 8,
    };

    /// <summary>Asks a server, or those that it redirects to.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="prepare">Sets the header fields of each request.</param>
    /// <param name="range">The range to ask for; null for everything.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer with what was asked for, whose body is still to come, for the caller to dispose of.</returns>
    /// <exception cref="PeerException">The server cannot be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Uri uri, Action<HttpRequestMessage> prepare, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        Uri target = uri;
        for (int redirections = 0; redirections <= MaximumRedirections; redirections++)
        {
            HttpResponseMessage response = await SendPatientlyAsync(target, prepare, range, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
            {
                return response;
            }

            using (response)
            {
                target = GetRedirection(target, response) ?? throw ContentServerFailure.Refused(uri, response);
            }
        }

        throw ContentServerFailure.Unusable(uri, $"It redirects more than {MaximumRedirections} times.");
    }

    /// <summary>The body of an answer; reading it fails where it comes too slowly.</summary>
    public async Task<Stream> OpenAsync(Uri uri, HttpResponseMessage response, CancellationToken cancellationToken) =>
        new SteadyStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), uri, time);

    public void Dispose() => _client.Dispose();

    // Comes back when a busy server says so (RFC 9110 10.2.3).
    private async Task<HttpResponseMessage> SendPatientlyAsync(
        Uri uri, Action<HttpRequestMessage> prepare, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        for (int waits = 0; ; waits++)
        {
            HttpResponseMessage response = await SendOnceAsync(uri, prepare, range, cancellationToken).ConfigureAwait(false);
            if (waits == MaximumWaits || FindWait(response) is not { } wait || wait > LongestWait)
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? FindWait(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.ServiceUnavailable || response.Headers.RetryAfter is not { } retry)
        {
            return null;
        }

        TimeSpan? wait = retry.Delta ?? (retry.Date - time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        Uri uri, Action<HttpRequestMessage> prepare, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(HeadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Range = range;
        prepare(request);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw ContentServerFailure.Unreachable(uri, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.Timeout.Exception($"'{uri}' did not answer within {HeadTimeout.TotalSeconds:0} s.", uri, exception);
        }
    }

    private static Uri? GetRedirection(Uri uri, HttpResponseMessage response)
    {
        bool redirects = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
            or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (!redirects || response.Headers.Location is not { } location)
        {
            return null;
        }

        var target = new Uri(uri, location);
        return target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && uri.Scheme == target.Scheme)
            ? target
            : throw ContentServerFailure.Unusable(uri, $"It redirects to '{target}', which is less secure.");
    }
}

/// <summary>What is wrong with a content server.</summary>
internal static class ContentServerFailure
{
    public static PeerException Refused(Uri uri, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => PeerErrors.NotFound.Exception($"There is nothing at '{uri}'.", uri),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => PeerErrors.AccessDenied.Exception(
            $"'{uri}' may not be read: the server says {(int)response.StatusCode}.", uri),
        HttpStatusCode.PreconditionFailed => PeerErrors.ContentInvalidated.Exception(
            $"'{uri}' has changed since its information was made; begin again.", uri),
        HttpStatusCode.RequestedRangeNotSatisfiable => PeerErrors.ContentOutOfBounds.Exception(
            $"'{uri}' does not have the range that was asked for.", uri),
        _ => Unusable(uri, $"It says {(int)response.StatusCode} {response.ReasonPhrase}."),
    };

    public static PeerException Unusable(Uri uri, string reason) =>
        PeerErrors.ConnectionFailed.Exception($"The server of '{uri}' is of no use: {reason}", uri);

    public static PeerException Unreachable(Uri uri, Exception cause) =>
        PeerErrors.ConnectionFailed.Exception($"The server of '{uri}' could not be reached: {cause.Message}", uri, cause);
}

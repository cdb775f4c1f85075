using System.Net;
using System.Net.Http.Headers;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>The client role of MS-PCCRTP: asks content servers for information, and for what no peer has.</summary>
internal sealed class ContentServerClient : IDisposable
{
    private const int MaximumRedirections = 8;
    private const int CopyLength = 64 * 1024;

    private const int MaximumWaits = 5;

    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(30);

    // Who is to come back later than that may as well do so himself.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    /// <param name="time">The clock of the time limits.</param>
    public ContentServerClient(TimeProvider time)
        : this(time, CreateHandler())
    {
    }

    /// <summary>A client with another way to send requests.</summary>
    internal ContentServerClient(TimeProvider time, HttpMessageHandler handler)
    {
        _time = time;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks for content, or for a range of it, in such a way that information of it may come instead.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="version">The version of information; null for either.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many; null for all from <paramref name="offset"/>.</param>
    /// <param name="isHashRequest">Whether the content has come already, and only its information is of interest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, for the caller to dispose of.</returns>
    /// <exception cref="PeerException">The server cannot be reached, or refuses; or it has nothing but damaged information
    /// for who wants no content.</exception>
    public async Task<ContentServerAnswer> GetAsync(
        Uri uri,
        PeerContentVersion? version,
        long offset,
        long? length,
        bool isHashRequest,
        CancellationToken cancellationToken)
    {
        ContentServerAnswer? answer = await AskAsync(
            uri,
            request => AskForInformation(request, version, isHashRequest),
            offset,
            length,
            cancellationToken).ConfigureAwait(false);

        if (answer is null && isHashRequest)
        {
            throw Unusable(uri, "Its content information is none of this content.");
        }

        // Information that is none: what is left is to ask without the coding (3.1.5).
        return answer
            ?? await AskAsync(uri, AskForContent, offset, length, cancellationToken).ConfigureAwait(false)
            ?? throw Unusable(uri, "It sends content information that nobody asked for.");
    }

    /// <summary>Asks for the rest of content that has come plain in part.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="entityTag">The strong validator of what has come.</param>
    /// <param name="offset">The first byte of the rest.</param>
    /// <param name="length">How many bytes are left; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The rest; or, where the content is another one now or the server sends no ranges, all of it. It is for the
    /// caller to dispose of.</returns>
    /// <exception cref="PeerException">The server cannot be reached, or refuses.</exception>
    public async Task<ContentServerAnswer> GetRestAsync(
        Uri uri, string entityTag, long offset, long? length, CancellationToken cancellationToken)
    {
        ContentServerAnswer answer = await AskAsync(
            uri,
            request =>
            {
                AskForContent(request);
                request.Headers.TryAddWithoutValidation("If-Range", entityTag);
            },
            offset,
            length,
            cancellationToken).ConfigureAwait(false)
            ?? throw Unusable(uri, "It sends content information that nobody asked for.");
        if (answer.IsRange && answer.EntityTag is { } tag && tag != entityTag)
        {
            answer.Dispose();
            throw Unusable(uri, "It sends a part of other content than was asked for.");
        }

        return answer;
    }

    /// <summary>Fetches a range of the content itself, because nobody else has it.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="entityTag">The strong validator that the content must still have; null for none.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="destination">Takes the range, whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The server cannot be reached or refuses, or the content has changed.</exception>
    public async Task GetMissingAsync(
        Uri uri, string? entityTag, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            uri,
            request =>
            {
                AskForContent(request);
                var parameters = new PeerDistParameters { Version = PeerDistVersion.V11, IsMissingDataRequest = true };
                request.Headers.TryAddWithoutValidation(PeerDistHeaders.Parameters, parameters.ToString());
                if (entityTag is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", entityTag);
                }
            },
            CreateRange(offset, destination.Length),
            cancellationToken).ConfigureAwait(false);
        RequirePlain(uri, response);
        long skip = response.StatusCode == HttpStatusCode.PartialContent
            ? FindInRange(uri, response, offset, destination.Length)
            : offset;
        await ReadAsync(uri, response, skip, destination, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _client.Dispose();

    // Redirections are followed here, so that no header field of ours goes where it should not, and https stays https.
    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = HeadTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 8,
    };

    private static void AskForContent(HttpRequestMessage request) =>
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");

    private static void AskForInformation(HttpRequestMessage request, PeerContentVersion? version, bool isHashRequest)
    {
        var parameters = new PeerDistParameters { Version = PeerDistVersion.V11 };
        var extended = new PeerDistExParameters
        {
            MinContentInformation = version == PeerContentVersion.V2 ? PeerDistVersion.V2 : PeerDistVersion.V1,
            MaxContentInformation = version == PeerContentVersion.V1 ? PeerDistVersion.V1 : PeerDistVersion.V2,
            HashRequest = isHashRequest,
        };
        request.Headers.TryAddWithoutValidation("Accept-Encoding", PeerDistHeaders.Coding);
        request.Headers.TryAddWithoutValidation(PeerDistHeaders.Parameters, parameters.ToString());
        request.Headers.TryAddWithoutValidation(PeerDistHeaders.ExParameters, extended.ToString());
    }

    private static RangeHeaderValue? CreateRange(long offset, long? length) => (offset, length) switch
    {
        (0, null) => null,
        (_, null) => new(offset, null),
        _ => new(offset, offset + length - 1),
    };

    // Null where the answer is encoded, but is no information of what was asked for.
    private async Task<ContentServerAnswer?> AskAsync(
        Uri uri,
        Action<HttpRequestMessage> prepare,
        long offset,
        long? length,
        CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        HttpResponseMessage response =
            await SendAsync(uri, prepare, CreateRange(offset, length), cancellationToken).ConfigureAwait(false);
        TimeSpan latency = _time.GetElapsedTime(began);
        Uri final = response.RequestMessage!.RequestUri!;
        string? entityTag = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null;
        if (!PeerDistHeaders.IsCoding(response.Content.Headers.ContentEncoding))
        {
            try
            {
                RequirePlain(uri, response);
                RequireStart(uri, response, offset);
                return ContentServerAnswer.Plain(response, final, entityTag, latency, _time);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }

        using (response)
        {
            PeerContentInformation? information =
                await ReadInformationAsync(uri, response, cancellationToken).ConfigureAwait(false);
            return information is null || Fit(response, information, offset, length) is not { } fitting
                ? null
                : ContentServerAnswer.Encoded(fitting, final, entityTag, latency);
        }
    }

    private async Task<PeerContentInformation?> ReadInformationAsync(
        Uri uri, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        PeerDistParameters? parameters = response.Headers.TryGetValues(PeerDistHeaders.Parameters, out IEnumerable<string>? values)
            ? PeerDistParameters.Read([.. values])
            : null;
        bool hasValidator = response.Headers.ETag is not null || response.Content.Headers.LastModified is not null;
        if (!hasValidator
            || parameters?.ContentLength is not { } length
            || await ReadBodyAsync(uri, response, cancellationToken).ConfigureAwait(false) is not { } body
            || !ContentInformationCodec.TryRead(body, out PeerContentInformation? information)
            || information.Length != length)
        {
            return null;
        }

        return information with { ContentId = uri.AbsoluteUri };
    }

    // A server need not know ranges: then it describes everything. Null where it describes something else.
    private static PeerContentInformation? Fit(
        HttpResponseMessage response, PeerContentInformation information, long offset, long? length)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            return information.Offset == offset && information.Length <= (length ?? long.MaxValue) ? information : null;
        }

        return information.Offset == 0 ? ContentRange.Slice(information, offset, length) : null;
    }

    private async Task<byte[]?> ReadBodyAsync(Uri uri, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > PeerContentInformation.MaximumEncodedLength)
        {
            return null;
        }

        using var body = new MemoryStream();
        byte[] buffer = new byte[CopyLength];
        try
        {
            Stream stream = await OpenAsync(uri, response, cancellationToken).ConfigureAwait(false);
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > PeerContentInformation.MaximumEncodedLength)
                {
                    return null;
                }

                body.Write(buffer, 0, read);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw Unreachable(uri, exception);
        }

        return body.ToArray();
    }

    private async Task<Stream> OpenAsync(Uri uri, HttpResponseMessage response, CancellationToken cancellationToken) =>
        new SteadyStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), uri, _time);

    private async Task<HttpResponseMessage> SendAsync(
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
                target = GetRedirection(target, response) ?? throw Refused(uri, response);
            }
        }

        throw Unusable(uri, $"It redirects more than {MaximumRedirections} times.");
    }

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
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? FindWait(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.ServiceUnavailable || response.Headers.RetryAfter is not { } retry)
        {
            return null;
        }

        TimeSpan? wait = retry.Delta ?? (retry.Date - _time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        Uri uri, Action<HttpRequestMessage> prepare, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(HeadTimeout, _time);
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
            throw Unreachable(uri, exception);
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
            : throw Unusable(uri, $"It redirects to '{target}', which is less secure.");
    }

    // Content under another coding is not the content.
    private static void RequirePlain(Uri uri, HttpResponseMessage response)
    {
        string codings = string.Join(", ", response.Content.Headers.ContentEncoding);
        if (codings.Length > 0 && !codings.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw Unusable(uri, $"It sends the content in the coding '{codings}', which it was not asked for.");
        }
    }

    private static void RequireStart(Uri uri, HttpResponseMessage response, long offset)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent
            && (response.Content.Headers.ContentRange is not { Unit: "bytes", From: { } from } || from != offset))
        {
            throw Unusable(uri, "It sent another range than was asked for.");
        }
    }

    private static long FindInRange(Uri uri, HttpResponseMessage response, long offset, int length) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from, To: { } to }
        && from <= offset && to >= offset + length - 1
            ? offset - from
            : throw Unusable(uri, "It sent another range than was asked for.");

    private async Task ReadAsync(
        Uri uri, HttpResponseMessage response, long skip, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await OpenAsync(uri, response, cancellationToken).ConfigureAwait(false);
            byte[] skipped = new byte[(int)Math.Min(skip, CopyLength)];
            while (skip > 0)
            {
                int part = (int)Math.Min(skip, skipped.Length);
                await stream.ReadExactlyAsync(skipped.AsMemory(0, part), cancellationToken).ConfigureAwait(false);
                skip -= part;
            }

            await stream.ReadExactlyAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw Unreachable(uri, exception);
        }
    }

    private static PeerException Refused(Uri uri, HttpResponseMessage response) => response.StatusCode switch
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

    private static PeerException Unusable(Uri uri, string reason) =>
        PeerErrors.ConnectionFailed.Exception($"The server of '{uri}' is of no use: {reason}", uri);

    private static PeerException Unreachable(Uri uri, Exception cause) =>
        PeerErrors.ConnectionFailed.Exception($"The server of '{uri}' could not be reached: {cause.Message}", uri, cause);
}

using System.Net;
using System.Net.Http.Headers;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>The client role of MS-PCCRTP: asks content servers for information, and for what no peer has.</summary>
internal sealed class ContentServerClient : IDisposable
{
    private const int CopyLength = 64 * 1024;

    private readonly ContentServerTransport _transport;
    private readonly TimeProvider _time;

    /// <param name="time">The clock of the time limits.</param>
    public ContentServerClient(TimeProvider time)
        : this(time, ContentServerTransport.CreateHandler())
    {
    }

    /// <summary>A client with another way to send requests.</summary>
    internal ContentServerClient(TimeProvider time, HttpMessageHandler handler)
    {
        _time = time;
        _transport = new ContentServerTransport(time, handler);
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
            throw ContentServerFailure.Unusable(uri, "Its content information is none of this content.");
        }

        // Information that is none: what is left is to ask without the coding (3.1.5).
        return answer
            ?? await AskAsync(uri, AskForContent, offset, length, cancellationToken).ConfigureAwait(false)
            ?? throw ContentServerFailure.Unusable(uri, "It sends content information that nobody asked for.");
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
            ?? throw ContentServerFailure.Unusable(uri, "It sends content information that nobody asked for.");
        if (answer.IsRange && answer.EntityTag is { } tag && tag != entityTag)
        {
            answer.Dispose();
            throw ContentServerFailure.Unusable(uri, "It sends a part of other content than was asked for.");
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
        using HttpResponseMessage response = await _transport.SendAsync(
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

    public void Dispose() => _transport.Dispose();

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
            await _transport.SendAsync(uri, prepare, CreateRange(offset, length), cancellationToken).ConfigureAwait(false);
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
            Stream stream = await _transport.OpenAsync(uri, response, cancellationToken).ConfigureAwait(false);
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
            throw ContentServerFailure.Unreachable(uri, exception);
        }

        return body.ToArray();
    }

    // Content under another coding is not the content.
    private static void RequirePlain(Uri uri, HttpResponseMessage response)
    {
        string codings = string.Join(", ", response.Content.Headers.ContentEncoding);
        if (codings.Length > 0 && !codings.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw ContentServerFailure.Unusable(uri, $"It sends the content in the coding '{codings}', which it was not asked for.");
        }
    }

    private static void RequireStart(Uri uri, HttpResponseMessage response, long offset)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent
            && (response.Content.Headers.ContentRange is not { Unit: "bytes", From: { } from } || from != offset))
        {
            throw ContentServerFailure.Unusable(uri, "It sent another range than was asked for.");
        }
    }

    private static long FindInRange(Uri uri, HttpResponseMessage response, long offset, int length) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from, To: { } to }
        && from <= offset && to >= offset + length - 1
            ? offset - from
            : throw ContentServerFailure.Unusable(uri, "It sent another range than was asked for.");

    private async Task ReadAsync(
        Uri uri, HttpResponseMessage response, long skip, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await _transport.OpenAsync(uri, response, cancellationToken).ConfigureAwait(false);
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
            throw ContentServerFailure.Unreachable(uri, exception);
        }
    }
}

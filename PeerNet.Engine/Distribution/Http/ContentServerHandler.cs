using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// Serves published files: plain, or as content information to whoever speaks MS-PCCRTP. Only what is published has an
/// address; paths are never looked up in the file system.
/// </summary>
/// <param name="resources">What there is.</param>
/// <param name="time">Says which dates are past.</param>
/// <param name="random">Separates the parts of answers.</param>
/// <param name="logger">Told of files that cannot be read.</param>
internal sealed class ContentServerHandler(
    IContentResources resources, TimeProvider time, IRandomSource random, ILogger<ContentServerHandler> logger)
{
    private const string Methods = "GET, HEAD, OPTIONS";
    private const string AllPaths = "*";
    private const int BoundaryLength = 16;

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="authorities">Whom it has reached; what is at the first of them wins.</param>
    public async Task HandleAsync(HttpContext context, ImmutableArray<HttpAuthority> authorities)
    {
        // Methods are told apart by case (RFC 9110 9.1).
        string method = context.Request.Method;
        bool isRead = method == HttpMethods.Get || method == HttpMethods.Head;
        if (!isRead && method != HttpMethods.Options)
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = Methods;
            return;
        }

        string path = context.Request.Path.Value ?? "/";
        ContentResource? resource = Find(authorities, path);
        if (!isRead)
        {
            DescribeMethods(context, resource);
            return;
        }

        if (resource is null || Open(resource) is not { } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using (file)
        {
            await ServeAsync(context, resource, file).ConfigureAwait(false);
        }
    }

    private ContentResource? Find(ImmutableArray<HttpAuthority> authorities, string path)
    {
        foreach (HttpAuthority authority in authorities)
        {
            if (resources.Find(authority, path) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    // RFC 9110 9.3.7
    private static void DescribeMethods(HttpContext context, ContentResource? resource)
    {
        bool isServer = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget == AllPaths;
        if (resource is null && !isServer)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.Allow = Methods;
    }

    /// <summary>Whether a file that cannot be opened is not there, or not for others. Anything else is the server's trouble,
    /// such as a process that has no descriptor left.</summary>
    internal static bool IsAbsent(Exception exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
            or IrregularFileException;

    private ServedFile? Open(ContentResource resource)
    {
        try
        {
            return ServedFile.Open(resource, time.GetUtcNow());
        }
        catch (Exception exception) when (IsAbsent(exception))
        {
            HttpLog.FileUnreadable(logger, resource.Path, exception.Message);
            return null;
        }
    }

    private async Task ServeAsync(HttpContext context, ContentResource resource, ServedFile file)
    {
        IHeaderDictionary headers = context.Request.Headers;
        HttpResponse response = context.Response;
        SetValidators(response, file);
        response.StatusCode = Preconditions.Evaluate(headers, file.EntityTag, file.Modified);
        if (response.StatusCode != StatusCodes.Status200OK)
        {
            return;
        }

        // Ranges are defined for GET alone (RFC 9110 14.2).
        long length = file.Stamp.Length;
        IReadOnlyList<ByteRange>? ranges = context.Request.Method == HttpMethods.Get
            ? Preconditions.FindRanges(headers, file.EntityTag, file.LastModified, length)
            : null;
        if (ranges is [])
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
            return;
        }

        response.StatusCode = ranges is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        response.ContentType = MediaTypes.Find(resource.Path);
        if (ranges is [var only])
        {
            response.Headers.ContentRange = MultipartRanges.FormatRange(only, length);
        }

        if (!await TrySendInformationAsync(context, resource, file, ranges).ConfigureAwait(false))
        {
            await SendContentAsync(context, file, ranges).ConfigureAwait(false);
        }
    }

    // MS-PCCRTP 3.2.5.1. Information describes one range; several are sent as they are.
    private async Task<bool> TrySendInformationAsync(
        HttpContext context, ContentResource resource, ServedFile file, IReadOnlyList<ByteRange>? ranges)
    {
        IHeaderDictionary wanted = context.Request.Headers;
        StringValues parameters = wanted[PeerDistHeaders.Parameters];
        PeerDistOffer? offer = parameters.Count == 0 ? null : PeerDistOffer.Read(
            wanted.AcceptEncoding,
            PeerDistParameters.Read(parameters),
            PeerDistExParameters.Read(wanted[PeerDistHeaders.ExParameters]));
        if (offer is null)
        {
            return false;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers[PeerDistHeaders.Parameters] = new PeerDistParameters { Version = offer.Encoding }.ToString();
        if (file.Stamp.Length == 0 || ranges is { Count: > 1 })
        {
            return false;
        }

        if (!file.IsAsHashed)
        {
            resources.RequestHashing(resource);
            headers[PeerDistHeaders.ExParameters] = new PeerDistExParameters { MakeHashRequest = true }.ToString();
            return false;
        }

        (long offset, long count) = ranges is [var range] ? range : new ByteRange(0, file.Stamp.Length);
        if (Describe(resource, offer, offset, count) is not { } information)
        {
            return false;
        }

        byte[] body = ContentInformationCodec.Write(information);
        headers.ContentEncoding = PeerDistHeaders.Coding;
        headers[PeerDistHeaders.Parameters] = new PeerDistParameters { Version = offer.Encoding, ContentLength = count }.ToString();
        context.Response.ContentLength = body.Length;
        if (context.Request.Method == HttpMethods.Get)
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }

        return true;
    }

    private PeerContentInformation? Describe(ContentResource resource, PeerDistOffer offer, long offset, long count) =>
        offer.Versions
            .Select(version => resources.Describe(resource, version, offset, count))
            .FirstOrDefault(described => described is not null);

    private async Task SendContentAsync(HttpContext context, ServedFile file, IReadOnlyList<ByteRange>? ranges)
    {
        HttpResponse response = context.Response;
        long length = file.Stamp.Length;
        MultipartRanges? frame = null;
        if (ranges is { Count: > 1 })
        {
            frame = new(CreateBoundary(), response.ContentType!, length, ranges);
            response.ContentType = frame.MediaType;
        }

        ranges ??= length == 0 ? [] : [new(0, length)];
        response.ContentLength = frame?.Length ?? ranges.Sum(range => range.Count);
        if (context.Request.Method == HttpMethods.Get)
        {
            await ContentBody.SendAsync(context, file, ranges, frame).ConfigureAwait(false);
        }
    }

    private string CreateBoundary()
    {
        Span<byte> boundary = stackalloc byte[BoundaryLength];
        random.Fill(boundary);
        return Convert.ToHexStringLower(boundary);
    }

    private static void SetValidators(HttpResponse response, ServedFile file)
    {
        response.Headers.ETag = file.EntityTag.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (file.LastModified is { } modified)
        {
            response.Headers.LastModified = HeaderUtilities.FormatDate(modified);
        }

        // A shared cache must not give content information to somebody who wants the content.
        response.Headers.Vary = HeaderNames.AcceptEncoding;
    }
}

/// <summary>What a content server serves.</summary>
internal interface IContentResources
{
    /// <summary>What is at a path; null for nothing.</summary>
    /// <param name="authority">The host and the port of the prefix that it was published to.</param>
    /// <param name="path">The path, decoded, with its leading slash.</param>
    ContentResource? Find(HttpAuthority authority, string path);

    /// <summary>The information of a resource whose file is as it was; null where it is not made in that version, or
    /// cannot be made of that range.</summary>
    PeerContentInformation? Describe(ContentResource resource, PeerContentVersion version, long offset, long length);

    /// <summary>Has a file that has changed hashed again, once, in the background.</summary>
    void RequestHashing(ContentResource resource);
}

/// <summary>A file that a content server serves.</summary>
/// <param name="ContentId">The id it is published under.</param>
/// <param name="Path">The file.</param>
/// <param name="Root">The folder that was published with it: no link below it may lead to another file later.</param>
/// <param name="RealPath">Where the file was when it was hashed, whatever links led there; null where that is not known.</param>
/// <param name="Stamp">The file as it was when it was hashed.</param>
/// <param name="Fingerprint">What its hashes come to: two contents with one fingerprint are equal.</param>
internal sealed record ContentResource(
    string ContentId, string Path, string Root, string? RealPath, FileStamp Stamp, string Fingerprint)
{
    /// <summary>The strong validator of the content that was hashed: its length and what its hashes come to.</summary>
    public EntityTagHeaderValue EntityTag =>
        field ??= new(string.Create(CultureInfo.InvariantCulture, $"\"{Stamp.Length:x}-{Fingerprint}\""));
}

using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// Serves published files: plain, or as content information to whoever speaks MS-PCCRTP. Only what is published has an
/// address; paths are never looked up in the file system.
/// </summary>
/// <param name="resources">What there is.</param>
/// <param name="logger">Told of files that cannot be read.</param>
internal sealed class ContentServerHandler(IContentResources resources, ILogger<ContentServerHandler> logger)
{
    private const int ReadLength = 1024 * 1024;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return;
        }

        string path = context.Request.Path.Value ?? "/";
        if (resources.Find(context.Connection.LocalPort, path) is not { } resource || Open(resource) is not { } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using (file)
        {
            await ServeAsync(context, resource, file).ConfigureAwait(false);
        }
    }

    private SafeFileHandle? Open(ContentResource resource)
    {
        try
        {
            return FileStamp.OpenFile(resource.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            HttpLog.FileUnreadable(logger, resource.Path, exception.Message);
            return null;
        }
    }

    private async Task ServeAsync(HttpContext context, ContentResource resource, SafeFileHandle file)
    {
        FileStamp stamp = FileStamp.Read(file);
        bool isAsHashed = (stamp with { Changed = 0 }) == (resource.Stamp with { Changed = 0 });
        EntityTagHeaderValue entityTag = CreateTag(resource, stamp, isAsHashed);
        DateTimeOffset modified = ToSeconds(stamp.Modified);
        SetValidators(context.Response, entityTag, modified);

        int status = Preconditions.Evaluate(context.Request.Headers, entityTag, modified);
        if (status != StatusCodes.Status200OK)
        {
            context.Response.StatusCode = status;
            return;
        }

        status = Preconditions.FindRange(
            context.Request.Headers, entityTag, modified, stamp.Length, out long offset, out long count);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status416RangeNotSatisfiable)
        {
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{stamp.Length}");
            return;
        }

        if (status == StatusCodes.Status206PartialContent)
        {
            context.Response.Headers.ContentRange =
                string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + count - 1}/{stamp.Length}");
        }

        context.Response.ContentType = MediaTypes.Find(resource.Path);
        PeerDistOffer? offer = PeerDistOffer.Read(
            context.Request.Headers.AcceptEncoding,
            PeerDistParameters.Read(context.Request.Headers[PeerDistHeaders.Parameters]),
            PeerDistExParameters.Read(context.Request.Headers[PeerDistHeaders.ExParameters]));
        if (await TrySendInformationAsync(context, resource, offer, isAsHashed, offset, count).ConfigureAwait(false))
        {
            return;
        }

        context.Response.ContentLength = count;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await SendAsync(context, file, stamp, offset, count).ConfigureAwait(false);
        }
    }

    // MS-PCCRTP 3.2.5.1
    private async Task<bool> TrySendInformationAsync(
        HttpContext context,
        ContentResource resource,
        PeerDistOffer? offer,
        bool isAsHashed,
        long offset,
        long count)
    {
        if (offer is null)
        {
            return false;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers[PeerDistHeaders.Parameters] = new PeerDistParameters { Version = offer.Encoding }.ToString();
        if (count == 0)
        {
            return false;
        }

        if (!isAsHashed)
        {
            resources.RequestHashing(resource);
            headers[PeerDistHeaders.ExParameters] = new PeerDistExParameters { MakeHashRequest = true }.ToString();
            return false;
        }

        PeerContentInformation? information = offer.Versions
            .Select(version => resources.Describe(resource, version, offset, count))
            .FirstOrDefault(described => described is not null);
        if (information is null)
        {
            return false;
        }

        byte[] body = ContentInformationCodec.Write(information);
        headers.ContentEncoding = PeerDistHeaders.Coding;
        headers[PeerDistHeaders.Parameters] = new PeerDistParameters { Version = offer.Encoding, ContentLength = count }.ToString();
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }

        return true;
    }

    // A file that changes while it is sent must not look whole: the connection ends before its length is reached.
    private static async Task SendAsync(
        HttpContext context, SafeFileHandle file, FileStamp stamp, long offset, long count)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(ReadLength, Math.Max(1, count)));
        try
        {
            long end = offset + count;
            while (offset < end)
            {
                int wanted = (int)Math.Min(buffer.Length, end - offset);
                int read = RandomAccess.Read(file, buffer.AsSpan(0, wanted), offset);
                offset += read;
                if (read == 0 || (offset == end && FileStamp.Read(file).Modified != stamp.Modified))
                {
                    context.Abort();
                    return;
                }

                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            context.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static EntityTagHeaderValue CreateTag(ContentResource resource, FileStamp stamp, bool isAsHashed) => new(
        isAsHashed
            ? string.Create(CultureInfo.InvariantCulture, $"\"{stamp.Length:x}-{resource.Fingerprint}\"")
            : string.Create(CultureInfo.InvariantCulture, $"\"{stamp.Length:x}-{stamp.Modified:x}-{stamp.Changed:x}\""));

    private static void SetValidators(HttpResponse response, EntityTagHeaderValue entityTag, DateTimeOffset modified)
    {
        response.Headers.ETag = entityTag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(modified);
        response.Headers.AcceptRanges = "bytes";

        // A shared cache must not give content information to somebody who wants the content.
        response.Headers.Vary = HeaderNames.AcceptEncoding;
    }

    private static DateTimeOffset ToSeconds(long ticks) =>
        new(ticks - (ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}

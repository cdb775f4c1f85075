using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>
/// The HTTP side of a hosted cache (MS-PCHC 2.1): one POST, one message, one answer; then the blocks are fetched, never
/// before. There is no authentication: version 1 knows the cache by its certificate, and the cache knows nobody.
/// </summary>
/// <param name="server">Makes the answers.</param>
/// <param name="fetches">Takes what is to be fetched.</param>
/// <param name="version">The version of the URL.</param>
/// <param name="time">The clock of the time limit.</param>
/// <param name="logger">Told of what is no offer.</param>
internal sealed class OfferEndpoint(
    OfferServer server, FetchRunner fetches, OfferVersion version, TimeProvider time, ILogger<OfferEndpoint> logger)
{
    // As long as an exchange of retrieval.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Serves a request: 405 for any method but POST, 400 for what is no message of the version.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        IPAddress source = GetSource(context);
        using var timer = new CancellationTokenSource(Timeout, time);
        using CancellationTokenRegistration aborted = context.RequestAborted.UnsafeRegister(
            static timer => ((CancellationTokenSource)timer!).Cancel(), timer);
        try
        {
            await ServeAsync(context, source, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                server.Counters.Add(OfferServerCounter.TimedOut);
                HostingLog.TimedOut(logger, source, Timeout);
            }

            context.Abort();
        }
        catch (IOException)
        {
            // The client left: what it offered went with it.
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, IPAddress source, CancellationToken cancellationToken)
    {
        HttpResponse response = context.Response;
        ReadOnlyMemory<byte>? body = await PostBody
            .TryReadAsync(context.Request, OfferFrame.MaximumRequest, cancellationToken).ConfigureAwait(false);
        if (server.Answer((body ?? default).Span, version, source) is not { } answer)
        {
            HostingLog.Malformed(logger, source);
            response.StatusCode = StatusCodes.Status400BadRequest;
            if (body is null)
            {
                response.Headers.Connection = "close";
            }

            return;
        }

        byte[] bytes = OfferResponse.Write(answer.Code);
        response.ContentType = "application/octet-stream";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await response.CompleteAsync().ConfigureAwait(false);
        await fetches.SubmitAsync(answer.Offers).ConfigureAwait(false);
    }

    // Where the blocks are fetched from (3.1.5): nothing in the request can change it.
    private static IPAddress GetSource(HttpContext context)
    {
        IPAddress source = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
    }
}

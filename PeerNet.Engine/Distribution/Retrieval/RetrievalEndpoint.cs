using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>The HTTP side of the retrieval server (MS-PCCRR 2.1.1): one POST, one message, one answer.</summary>
/// <param name="server">Makes the answers.</param>
/// <param name="time">The clock of the upload timer.</param>
/// <param name="logger">Told of exchanges that took too long.</param>
/// <remarks>
/// The body of a request ends by its Content-Length or its last chunk; HTTP knows no other end of a request, and the host
/// answers one without either by itself. A Content-Type is not asked for.
/// </remarks>
internal sealed class RetrievalEndpoint(
    RetrievalServer server, TimeProvider time, ILogger<RetrievalEndpoint> logger)
{
    /// <summary>The path, exactly: peers do not follow redirects.</summary>
    public const string Path = "/116B50EB-ECE2-41ac-8429-9F9E963361B7/";

    /// <summary>How long one exchange may take, from the head of the request to the end of the answer (3.2.2).</summary>
    public static readonly TimeSpan UploadTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Serves a request for <see cref="Path"/>; 404 for any other path, 405 for any method but POST.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!string.Equals(context.Request.Path.Value, Path, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        // The upload timer ends the exchange, whichever side of it is slow (MS-PCCRR 3.2.6.1).
        using var timer = new CancellationTokenSource(UploadTimeout, time);
        using CancellationTokenRegistration aborted = context.RequestAborted.UnsafeRegister(
            static timer => ((CancellationTokenSource)timer!).Cancel(), timer);
        try
        {
            await ServeAsync(context, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            GiveUp(context);
        }
        catch (IOException)
        {
            server.Counters.Add(RetrievalCounter.Aborted);
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        HttpResponse response = context.Response;
        ReadOnlyMemory<byte>? body = await PostBody
            .TryReadAsync(context.Request, RetrievalFrame.MaximumRequest, cancellationToken).ConfigureAwait(false);
        if (body is null)
        {
            response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            response.Headers.Connection = "close";
            return;
        }

        using RetrievalAnswer? answer = await server.AnswerAsync(body.Value, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        // Started first, so that the answer is written into the connection's buffer and not into one to be copied there.
        response.ContentType = "application/octet-stream";
        response.ContentLength = answer.Length;
        await response.StartAsync(cancellationToken).ConfigureAwait(false);
        await answer.WriteAsync(response.BodyWriter).ConfigureAwait(false);
        await response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void GiveUp(HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            server.Counters.Add(RetrievalCounter.Aborted);
            return;
        }

        server.Counters.Add(RetrievalCounter.TimedOut);
        RetrievalLog.TimedOut(logger, context.Connection.RemoteIpAddress, UploadTimeout);
        context.Abort();
    }
}

/// <summary>Reads the small body of a POST, however it is delimited, and never more of it than a limit.</summary>
internal static class PostBody
{
    /// <summary>Reads the whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maximumLength">Most bytes. A longer body is not buffered.</param>
    /// <param name="cancellationToken">Ends a body that comes too slowly.</param>
    /// <returns>The body; null where it is longer.</returns>
    public static async ValueTask<ReadOnlyMemory<byte>?> TryReadAsync(
        HttpRequest request, int maximumLength, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maximumLength)
        {
            return null;
        }

        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> body = result.Buffer;
            bool isTooLong = body.Length > maximumLength;
            if (result.IsCompleted || isTooLong)
            {
                ReadOnlyMemory<byte>? read = isTooLong ? default(ReadOnlyMemory<byte>?) : body.ToArray();
                reader.AdvanceTo(body.End);
                return read;
            }

            reader.AdvanceTo(body.Start, body.End);
        }
    }
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Runs a handler for Kestrel, and keeps its failures from the client: an empty 500, or 503 where a disk or the
/// system fails, and a line in the log.</summary>
internal sealed class HttpApplication(RequestDelegate handler, CounterSet<HttpCounter>? counters, ILogger logger)
    : IHttpApplication<HttpContext>
{
    // Seconds after which it is worth to ask again.
    private const string RetryAfter = "10";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await handler(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException)
        {
            // Kestrel's own: it knows which status this is.
            throw;
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer, and whatever failed did so for that reason.
        }
        catch (Exception exception)
        {
            HttpLog.HandlerFailed(logger, context.Request.Method, context.Request.Path, exception);
            Fail(context, exception);
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    private void Fail(HttpContext context, Exception exception)
    {
        if (context.Response.HasStarted)
        {
            // A client takes an answer that ends well for a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        if (exception is IOException)
        {
            counters?.Add(HttpCounter.Unavailable);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = RetryAfter;
        }
    }
}

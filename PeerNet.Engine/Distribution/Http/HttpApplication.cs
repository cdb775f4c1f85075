using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Runs a handler for Kestrel, and keeps its failures from the client: an empty 500, and a line in the log.</summary>
internal sealed class HttpApplication(RequestDelegate handler, ILogger logger) : IHttpApplication<HttpContext>
{
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
            Fail(context);
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    private static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            // A client takes an answer that ends well for a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }
}

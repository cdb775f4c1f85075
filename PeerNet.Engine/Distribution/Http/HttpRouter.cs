using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Gives each request to the route for its path, else answers with an empty 404.</summary>
internal sealed class HttpRouter(params IReadOnlyList<HttpRoute> routes)
{
    /// <summary>Answers a request; for <see cref="HttpServer.StartAsync"/>.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (Find(context.Request.Path.Value ?? "/") is not { } route)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = route.MaxBodyLength;
        }

        return route.Handler(context);
    }

    private HttpRoute? Find(string path)
    {
        foreach (HttpRoute route in routes)
        {
            if (Matches(route, path))
            {
                return route;
            }
        }

        return null;
    }

    // A trailing slash makes no difference: /a/ answers for /a, and /a for /a/.
    private static bool Matches(HttpRoute route, string path)
    {
        ReadOnlySpan<char> own = route.Path.AsSpan().TrimEnd('/');
        return path.AsSpan().StartsWith(own, StringComparison.OrdinalIgnoreCase)
            && (path.Length == own.Length || (path[own.Length] == '/' && path.Length == own.Length + 1));
    }
}

/// <summary>What answers requests for a path.</summary>
/// <param name="Path">The path, decoded, such as <c>/116B50EB-ECE2-41ac-8429-9F9E963361B7/</c>. Compared without regard to
/// case.</param>
/// <param name="Handler">The answer.</param>
internal sealed record HttpRoute(string Path, RequestDelegate Handler)
{
    /// <summary>Bytes of body that requests may have; a longer one gets 413 when the handler reads it.</summary>
    public long MaxBodyLength { get; init; }
}

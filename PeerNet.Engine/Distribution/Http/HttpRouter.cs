using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// Gives each request to the route for its path: the exact one, else the one with the longest prefix, else an empty 404.
/// Routes come and go while requests are answered.
/// </summary>
internal sealed class HttpRouter
{
    private ImmutableArray<HttpRoute> _routes = [];

    /// <summary>Adds a route, until the result is disposed of. Of routes for one path, the first that was added wins.</summary>
    public IDisposable Add(HttpRoute route)
    {
        ImmutableInterlocked.Update(ref _routes, static (routes, added) => routes.Add(added), route);
        return new Registration(this, route);
    }

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
        HttpRoute? best = null;
        foreach (HttpRoute route in _routes)
        {
            if (Matches(route, path) && (best is null || route.Path.Length > best.Path.Length))
            {
                best = route;
            }
        }

        return best;
    }

    // A trailing slash makes no difference: /a/ answers for /a, and /a for /a/.
    private static bool Matches(HttpRoute route, string path)
    {
        ReadOnlySpan<char> own = route.Path.AsSpan().TrimEnd('/');
        return path.AsSpan().StartsWith(own, StringComparison.OrdinalIgnoreCase)
            && (path.Length == own.Length
                || (path[own.Length] == '/' && (route.IsPrefix || path.Length == own.Length + 1)));
    }

    private void Remove(HttpRoute route) =>
        ImmutableInterlocked.Update(
            ref _routes, static (routes, removed) => routes.Remove(removed, ReferenceEqualityComparer.Instance), route);

    private sealed class Registration(HttpRouter router, HttpRoute route) : IDisposable
    {
        public void Dispose() => router.Remove(route);
    }
}

/// <summary>What answers requests for a path.</summary>
/// <param name="Path">The path, decoded, such as <c>/116B50EB-ECE2-41ac-8429-9F9E963361B7/</c>. Compared without regard to
/// case.</param>
/// <param name="Handler">The answer.</param>
internal sealed record HttpRoute(string Path, RequestDelegate Handler)
{
    /// <summary>Whether it answers for everything below the path as well.</summary>
    public bool IsPrefix { get; init; }

    /// <summary>Bytes of body that requests may have; a longer one gets 413 when the handler reads it.</summary>
    public long MaxBodyLength { get; init; }
}

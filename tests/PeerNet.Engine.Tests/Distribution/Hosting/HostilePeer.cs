using System.Net;
using Microsoft.AspNetCore.Http;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

/// <summary>What a client of a hosted cache has where its retrieval server should be.</summary>
internal sealed class HostilePeer : IAsyncDisposable
{
    private readonly RequestDelegate _behaviour;
    private HttpServer? _http;
    private int _requests;

    private HostilePeer(RequestDelegate behaviour) => _behaviour = behaviour;

    public IPEndPoint Endpoint => _http!.Endpoints[0];

    /// <summary>Requests that came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<HostilePeer> StartAsync(RequestDelegate behaviour)
    {
        var peer = new HostilePeer(behaviour);
        peer._http = await TestServer.StartAsync(
            peer.HandleAsync, new HttpServerOptions { ShutdownTimeout = TimeSpan.FromMilliseconds(100) });
        return peer;
    }

    public ValueTask DisposeAsync() => _http!.DisposeAsync();

    private Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { } body)
        {
            body.MaxRequestBodySize = null;
        }

        return _behaviour(context);
    }
}

using System.Net;
using Microsoft.AspNetCore.Http;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>An <see cref="HttpServer"/> on a loopback port of the system's choice.</summary>
internal static class TestServer
{
    public static HttpEndpoint AnyPort { get; } = new() { Address = IPAddress.Loopback, Port = 0 };

    public static Task<HttpServer> StartAsync(
        RequestDelegate handler,
        HttpServerOptions? options = null,
        HttpEndpoint? endpoint = null,
        CollectingLoggerFactory? log = null) =>
        HttpServer.StartAsync(
            [endpoint ?? AnyPort],
            handler,
            options ?? new HttpServerOptions(),
            TimeProvider.System,
            log ?? new CollectingLoggerFactory(),
            CancellationToken.None);
}

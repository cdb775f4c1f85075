using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>Serves a node's metrics to Prometheus, at <c>metrics</c> below a prefix.</summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private const string Page = "metrics";
    private const int MaximumConnections = 16;

    private readonly HttpServer _server;

    private MetricsServer(HttpServer server, HttpPrefix prefix)
    {
        _server = server;
        Prefix = prefix;
    }

    public HttpPrefix Prefix { get; }

    /// <summary>The port, where others than this machine can reach it; null where none can.</summary>
    public int? OpenPort => _server.Endpoints.Any(endpoint => !IPAddress.IsLoopback(endpoint.Address)) ? Prefix.Port : null;

    /// <exception cref="PeerException">The prefix is none, its port is taken, or its host is not this machine.</exception>
    public static async Task<MetricsServer> StartAsync(
        string prefix, Func<string> write, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        HttpPrefix wanted = HttpPrefix.Parse(prefix);
        WebFramework.Require();
        IReadOnlyList<IPAddress> addresses = await wanted.ResolveAsync(cancellationToken).ConfigureAwait(false);
        var options = new HttpServerOptions { MaxConnections = MaximumConnections };
        HttpServer server = await HttpServer.StartAsync(
            [.. addresses.Distinct().Select(address => new HttpEndpoint { Address = address, Port = wanted.Port })],
            context => AnswerAsync(context, wanted, write),
            options,
            time,
            loggers,
            cancellationToken).ConfigureAwait(false);
        return new MetricsServer(server, wanted);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Task AnswerAsync(HttpContext context, HttpPrefix prefix, Func<string> write)
    {
        HttpResponse response = context.Response;
        bool isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!IsMeant(context, prefix))
        {
            response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        }

        if (context.Request.Path != prefix.Path + Page || !isRead)
        {
            response.StatusCode = isRead ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        byte[] page = Encoding.UTF8.GetBytes(write());
        response.ContentType = PrometheusPage.ContentType;
        response.ContentLength = page.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(page, context.RequestAborted).AsTask();
    }

    // A name that somebody else has made mean this machine is how a page in a browser here would reach it.
    private static bool IsMeant(HttpContext context, HttpPrefix prefix)
    {
        string host = context.Request.Host.Host;
        return prefix.Authority.IsAny
            || host.Equals(prefix.Host, StringComparison.OrdinalIgnoreCase)
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host.Trim('[', ']'), out _);
    }
}

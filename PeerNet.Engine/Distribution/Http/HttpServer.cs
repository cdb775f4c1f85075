using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Kestrel as this engine uses it: HTTP/1.1, no host around it, nothing in its answers that the handler did not
/// put there but Date.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly HttpServerOptions _options;
    private readonly TimeProvider _timeProvider;
    private int _isStopped;

    private HttpServer(
        KestrelServer kestrel,
        IReadOnlyList<IPEndPoint> endpoints,
        HttpServerOptions options,
        TimeProvider timeProvider)
    {
        _kestrel = kestrel;
        _options = options;
        _timeProvider = timeProvider;
        Endpoints = endpoints;
    }

    /// <summary>Where it listens, in the order of the endpoints that were asked for.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="endpoints">Where; at least one.</param>
    /// <param name="handler">Answers requests, many at once. What it throws becomes an empty 500.</param>
    /// <param name="options">The limits.</param>
    /// <param name="timeProvider">Ends the wait for requests when the server stops.</param>
    /// <param name="loggerFactory">For Kestrel's messages and for failures of the handler.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">A port cannot be had (PEER_E_UNABLE_TO_LISTEN).</exception>
    public static async Task<HttpServer> StartAsync(
        IReadOnlyList<HttpEndpoint> endpoints,
        RequestDelegate handler,
        HttpServerOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken)
    {
        ILogger logger = loggerFactory.CreateLogger<HttpServer>();
        List<Socket> sockets = OpenAll(endpoints, HttpServerOptions.Backlog, logger);
        KestrelServer? kestrel = null;
        try
        {
            IPEndPoint[] bound = [.. sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];
            kestrel = Create(endpoints, bound, sockets, options, timeProvider, loggerFactory);
            await kestrel.StartAsync(new HttpApplication(handler, options.Share?.Counters, logger), cancellationToken).ConfigureAwait(false);
            foreach (IPEndPoint endpoint in bound)
            {
                HttpLog.Listening(logger, endpoint.ToString());
            }

            return new HttpServer(kestrel, bound, options, timeProvider);
        }
        catch
        {
            kestrel?.Dispose();
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    /// <summary>Accepts nothing more, lets requests end for as long as the options say, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isStopped, 1) != 0)
        {
            return;
        }

        using (var patience = new CancellationTokenSource(_options.ShutdownTimeout, _timeProvider))
        {
            await _kestrel.StopAsync(patience.Token).ConfigureAwait(false);
        }

        _kestrel.Dispose();
    }

    private static List<Socket> OpenAll(IReadOnlyList<HttpEndpoint> endpoints, int backlog, ILogger logger)
    {
        List<Socket> sockets = [];
        try
        {
            foreach (HttpEndpoint endpoint in endpoints)
            {
                Socket socket = HttpListener.Open(endpoint, backlog);
                sockets.Add(socket);
                int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                if (endpoint.Port != 0 && port != endpoint.Port)
                {
                    HttpLog.PortTaken(logger, endpoint.Port, port);
                }
            }

            return sockets;
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private static KestrelServer Create(
        IReadOnlyList<HttpEndpoint> endpoints,
        IPEndPoint[] bound,
        List<Socket> sockets,
        HttpServerOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        ILogger logger = loggerFactory.CreateLogger<HttpServer>();
        SetLimits(kestrel.Limits, options);
        for (int i = 0; i < bound.Length; i++)
        {
            HttpEndpoint endpoint = endpoints[i];
            kestrel.Listen(bound[i], listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (options.Share is { } share)
                {
                    listen.Use(next => connection => share.RunAsync(connection, next));
                }

                if (endpoint.Certificate is { } certificate)
                {
                    var tls = new HttpTls(certificate, timeProvider, logger);
                    listen.Use(next => connection => tls.RunAsync(connection, next));
                }
            });
        }

        var transport = new SocketTransportOptions
        {
            Backlog = HttpServerOptions.Backlog,

            // A connection does one thing at a time, and its events come on the thread pool already: to hand each step of
            // a request from one thread of it to the next would only cost. Nor is a buffer awaited that is there at once.
            UnsafePreferInlineScheduling = true,
            WaitForDataBeforeAllocatingBuffer = false,
            CreateBoundListenSocket = wanted => sockets[Array.IndexOf(bound, wanted)],
        };
        return new KestrelServer(
            Options.Create(kestrel), new SocketTransportFactory(Options.Create(transport), loggerFactory), loggerFactory);
    }

    private static void SetLimits(KestrelServerLimits limits, HttpServerOptions options)
    {
        var rate = new MinDataRate(HttpServerOptions.MinDataRate, HttpServerOptions.DataRateGrace);
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = HttpServerOptions.MaxRequestLineLength;
        limits.MaxRequestHeadersTotalSize = HttpServerOptions.MaxHeadersLength;
        limits.MaxRequestHeaderCount = HttpServerOptions.MaxHeaderCount;

        // Routes allow bodies where they have a use for them.
        limits.MaxRequestBodySize = 0;
        limits.MinRequestBodyDataRate = rate;
        limits.MinResponseDataRate = rate;
        limits.RequestHeadersTimeout = HttpServerOptions.HeadersTimeout;
        limits.KeepAliveTimeout = HttpServerOptions.KeepAliveTimeout;
    }
}

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
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
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

/// <summary>Opens the sockets that an <see cref="HttpServer"/> accepts connections from.</summary>
internal static class HttpListener
{
    /// <summary>A listening socket for an endpoint.</summary>
    /// <exception cref="PeerException">The port cannot be had (PEER_E_UNABLE_TO_LISTEN).</exception>
    public static Socket Open(HttpEndpoint endpoint, int backlog)
    {
        try
        {
            return Open(endpoint.Address, endpoint.Port, backlog);
        }
        catch (SocketException exception) when (endpoint.IsDefaultPort && IsAboutPort(exception))
        {
            return Open(endpoint with { Port = 0, IsDefaultPort = false }, backlog);
        }
        catch (SocketException exception)
        {
            throw PeerErrors.UnableToListen.Exception(Explain(endpoint, exception), endpoint.Port, exception);
        }
    }

    private static Socket Open(IPAddress address, int port, int backlog)
    {
        // A system without IPv6 has no wildcard for both families.
        IPAddress local = address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : address;
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // Elsewhere it would keep a port from being used again at once.
                socket.ExclusiveAddressUse = true;
            }

            if (local.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(local, port));

            // Here, not later: that is when some systems find out that another process was faster.
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsAboutPort(SocketException exception) =>
        exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;

    private static string Explain(HttpEndpoint endpoint, SocketException exception) =>
        Explain(new IPEndPoint(endpoint.Address, endpoint.Port), exception, OperatingSystem.IsWindows());

    // Windows reserves no low ports: it denies a port that another process holds for itself, or that it has set aside.
    internal static string Explain(IPEndPoint local, SocketException exception, bool isWindows) =>
        exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                $"TCP port {local.Port} is in use, so nothing can listen on {local}. Choose another port.",
            SocketError.AccessDenied when isWindows =>
                $"TCP port {local.Port} is held by another process or by the system (netsh interface ipv4 show "
                + $"excludedportrange tcp), so nothing can listen on {local}. Choose another port.",
            SocketError.AccessDenied =>
                $"The system does not let this process listen on {local}. Choose a port above 1023, or grant the right.",
            SocketError.AddressNotAvailable =>
                $"{local.Address} is not an address of this machine, so nothing can listen on {local}.",
            _ => $"Nothing can listen on {local}: {exception.Message}",
        };
}

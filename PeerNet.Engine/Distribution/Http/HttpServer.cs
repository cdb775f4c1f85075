using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
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

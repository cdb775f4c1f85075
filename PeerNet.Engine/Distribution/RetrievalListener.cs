using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Distribution;

/// <summary>Listens on the same port of each address: discovery announces one port only.</summary>
internal static class RetrievalListener
{
    // How often another free port is tried, where it is free on one address and taken on another.
    private const int Attempts = 8;

    /// <summary>Starts a server.</summary>
    /// <param name="addresses">The addresses; empty for all.</param>
    /// <param name="wanted">The port that was asked for; null for <paramref name="preferred"/> or another.</param>
    /// <param name="preferred">The port where none was asked for.</param>
    /// <param name="template">Certificate and the like.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggerFactory">Makes the loggers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The port that was asked for is taken.</exception>
    public static async Task<HttpServer> StartAsync(
        IReadOnlyList<IPAddress> addresses,
        int? wanted,
        int preferred,
        HttpEndpoint template,
        RequestDelegate handler,
        HttpServerOptions options,
        TimeProvider time,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> local = addresses.Count == 0 ? [IPAddress.IPv6Any] : addresses;
        for (int attempt = 0; ; attempt++)
        {
            int port = wanted ?? (attempt == 0 ? preferred : FindFreePort(local[0]));
            try
            {
                return await HttpServer.StartAsync(
                    [.. local.Select(address => template with { Address = address, Port = port })],
                    handler,
                    options,
                    time,
                    loggerFactory,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException failure) when (
                failure.Error == PeerErrors.UnableToListen && wanted is null && attempt < Attempts)
            {
                // Nobody asked for this port: another one will do.
            }
        }
    }

    private static int FindFreePort(IPAddress address)
    {
        using var socket = new System.Net.Sockets.Socket(
            address.AddressFamily, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

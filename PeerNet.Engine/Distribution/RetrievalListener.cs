using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Distribution;

/// <summary>Listens on the same port of each address: discovery announces one port only.</summary>
internal sealed class RetrievalListener(DistributionContext context, HttpShare share, int uploads)
{
    // How often another free port is tried, where it is free on one address and taken on another.
    private const int Attempts = 8;

    /// <summary>Starts a server.</summary>
    /// <param name="wanted">The port that was asked for; null for <paramref name="preferred"/> or another.</param>
    /// <param name="preferred">The port where none was asked for.</param>
    /// <param name="certificate">The server's; null for HTTP.</param>
    /// <param name="routes">What answers requests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The port that was asked for is taken.</exception>
    public async Task<HttpServer> StartAsync(
        int? wanted,
        int preferred,
        X509Certificate2? certificate,
        IReadOnlyList<HttpRoute> routes,
        CancellationToken cancellationToken)
    {
        var router = new HttpRouter(routes);
        var options = new HttpServerOptions { MaxConnections = Math.Max(1024, 2 * uploads), Share = share };
        IReadOnlyList<IPAddress> addresses = context.Options.Addresses.ToBind(context.Interfaces.Read());
        IReadOnlyList<IPAddress> local = addresses.Count == 0 ? [IPAddress.IPv6Any] : addresses;
        for (int attempt = 0; ; attempt++)
        {
            int port = wanted ?? (attempt == 0 ? preferred : FindFreePort(local[0]));
            try
            {
                return await HttpServer.StartAsync(
                    [.. local.Select(address => new HttpEndpoint { Address = address, Port = port, Certificate = certificate })],
                    router.HandleAsync,
                    options,
                    context.Time,
                    context.LoggerFactory,
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
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

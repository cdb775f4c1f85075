using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

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

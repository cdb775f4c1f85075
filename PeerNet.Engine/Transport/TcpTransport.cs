using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>TCP. Sockets serve IPv6 and IPv4 at once, and those without IPv6 IPv4 alone.</summary>
internal sealed class TcpTransport(TimeProvider time) : IStreamTransport
{
    private const int Attempts = 16;

    // A host that is gone without a word is noticed after some minutes.
    private const int KeepAliveAfter = 120;
    private const int KeepAliveInterval = 30;
    private const int KeepAliveAttempts = 4;

    /// <summary>Stands for every address of the machine.</summary>
    internal static IPAddress AnyAddress => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    public IStreamListener Listen(IReadOnlyList<IPAddress> addresses, int port)
    {
        IReadOnlyList<IPAddress> bound = addresses.Count > 0 ? addresses : [AnyAddress];
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new TcpStreamListener(bound, port, time);
            }
            catch (SocketException exception) when (UdpNetwork.IsTaken(exception) && port == 0 && attempt < Attempts)
            {
                // The system's choice for the first address is taken at another one: it chooses again.
            }
        }
    }

    public async Task<StreamConnection> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        IPAddress address = Unmap(endpoint.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, endpoint.Port), cancellationToken).ConfigureAwait(false);
            return Wrap(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The connection of a connected socket, which it owns.</summary>
    /// <exception cref="SocketException">The other side is gone already.</exception>
    internal static StreamConnection Wrap(Socket socket)
    {
        // Writes are gathered before they get here; waiting for more would only delay them.
        socket.NoDelay = true;
        KeepAlive(socket);
        return new(
            new NetworkStream(socket, ownsSocket: true),
            Plain((IPEndPoint)socket.LocalEndPoint!),
            Plain((IPEndPoint)socket.RemoteEndPoint!),
            () => CompleteSending(socket));
    }

    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfter);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveAttempts);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ProtocolOption)
        {
            // Some systems have times of their own for all connections: those do.
        }
    }

    private static void CompleteSending(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other side has gone already.
        }
    }

    private static IPEndPoint Plain(IPEndPoint endpoint) => new(Unmap(endpoint.Address), endpoint.Port);

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

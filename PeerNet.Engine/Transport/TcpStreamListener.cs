using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>One listening TCP socket for each address, all at one port.</summary>
internal sealed class TcpStreamListener : IStreamListener
{
    private const int Backlog = 256;

    // When the process has no descriptor left, the connection that waits makes every accept fail at once.
    private static readonly TimeSpan ExhaustionPause = TimeSpan.FromMilliseconds(100);

    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly TimeProvider _time;
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="SocketException">The port is taken, or an address is not this machine's.</exception>
    public TcpStreamListener(IReadOnlyList<IPAddress> addresses, int port, TimeProvider time)
    {
        _time = time;
        Port = port;
        try
        {
            foreach (IPAddress address in addresses)
            {
                Bind(address, isOptional: address != addresses[^1] || _sockets.Count > 0);
            }
        }
        catch
        {
            CloseSockets();
            _ending.Dispose();
            throw;
        }
    }

    public int Port { get; private set; }

    public void Start(Action<StreamConnection> accept)
    {
        CancellationToken ending = _ending.Token;
        _accepting = Task.WhenAll(_sockets.Select(socket => Task.Run(() => AcceptAsync(socket, accept, ending), ending)));
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        CloseSockets();
        try
        {
            await _accepting.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ended before it had begun.
        }

        _ending.Dispose();
    }

    /// <summary>Binds an address; one that the machine does not have is left out, unless none would be left.</summary>
    private void Bind(IPAddress address, bool isOptional)
    {
        Socket? socket = null;
        try
        {
            socket = Open(address);
            socket.Bind(new IPEndPoint(address, Port));
            socket.Listen(Backlog);
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            _sockets.Add(socket);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            if (!isOptional || UdpNetwork.IsTaken(exception))
            {
                throw;
            }
        }
    }

    private static Socket Open(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (OperatingSystem.IsWindows())
        {
            socket.ExclusiveAddressUse = true;
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = address.Equals(IPAddress.IPv6Any);
        }

        return socket;
    }

    private async Task AcceptAsync(Socket socket, Action<StreamConnection> accept, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                accept(await AcceptOneAsync(socket, ending).ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                await Task.Delay(ExhaustionPause, _time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (SocketException)
            {
                // Whoever came has left again; the next one may be luckier.
            }
        }
    }

    private static async Task<StreamConnection> AcceptOneAsync(Socket socket, CancellationToken ending)
    {
        Socket accepted = await socket.AcceptAsync(ending).ConfigureAwait(false);
        try
        {
            return TcpTransport.Wrap(accepted);
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }

    private void CloseSockets() => _sockets.ForEach(socket => socket.Dispose());
}

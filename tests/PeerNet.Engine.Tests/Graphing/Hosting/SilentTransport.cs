using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>A network on which nobody answers, or where every attempt ends with an error.</summary>
internal sealed class SilentTransport(SocketError? error = null) : IStreamTransport
{
    private readonly TcpTransport _local = new(TimeProvider.System);

    public IStreamListener Listen(IReadOnlyList<IPAddress> addresses, int port) => _local.Listen(addresses, port);

    public async Task<StreamConnection> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        if (error is { } failed)
        {
            throw new SocketException((int)failed);
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("Nobody answers here.");
    }
}

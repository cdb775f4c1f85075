using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>Opens streams between machines. Tests replace it by streams in memory.</summary>
internal interface IStreamTransport
{
    /// <summary>Binds <paramref name="addresses"/>, all at one port. Nothing is accepted before
    /// <see cref="IStreamListener.Start"/>.</summary>
    /// <param name="addresses">Local addresses; none for every address that the machine has and will have.</param>
    /// <param name="port">The port; 0 lets the system choose one that is free at every address.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or an address is not this machine's.</exception>
    IStreamListener Listen(IReadOnlyList<IPAddress> addresses, int port);

    /// <summary>Opens a stream to another machine.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody answers there.</exception>
    Task<StreamConnection> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken);
}

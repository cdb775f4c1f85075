using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>Opens transports. Tests replace it by a network in memory.</summary>
internal interface IDatagramNetwork
{
    /// <summary>Binds <paramref name="addresses"/> at <paramref name="port"/>.</summary>
    /// <param name="addresses">Local addresses of one scope and zone; may be empty.</param>
    /// <param name="port">The port; 0 lets the system choose one that is free at every address.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken at one of the addresses.</exception>
    IDatagramTransport Open(IReadOnlyList<IPAddress> addresses, int port);

    /// <summary>Whether a program of this machine listens at a local endpoint.</summary>
    bool HasListener(IPEndPoint endpoint);
}

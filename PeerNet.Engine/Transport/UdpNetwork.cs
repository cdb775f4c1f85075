using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>The network of the operating system.</summary>
internal sealed class UdpNetwork : IDatagramNetwork
{
    private const int Attempts = 16;

    public IDatagramTransport Open(IReadOnlyList<IPAddress> addresses, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new UdpTransport(addresses, port);
            }
            catch (SocketException exception) when (IsTaken(exception) && port == 0 && attempt < Attempts)
            {
                // The system's choice for the first address is taken at another one: it chooses again.
            }
        }
    }

    public bool HasListener(IPEndPoint endpoint) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Contains(endpoint);

    /// <summary>Whether an exception says that another socket has the port.</summary>
    internal static bool IsTaken(SocketException exception) =>
        exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;
}

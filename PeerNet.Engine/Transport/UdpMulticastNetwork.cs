using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>Multicast of the operating system.</summary>
internal sealed class UdpMulticastNetwork : IMulticastNetwork
{
    public IMulticastLink? TryJoin(
        IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink) =>
        TryCreate(() => new UdpMulticastLink(group, adapter, local, sink, hearsGroup: true));

    public IMulticastLink? TryOpen(
        IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink) =>
        TryCreate(() => new UdpMulticastLink(group, adapter, local, sink, hearsGroup: false));

    private static UdpMulticastLink? TryCreate(Func<UdpMulticastLink> create)
    {
        try
        {
            return create();
        }
        catch (SocketException)
        {
            // No multicast on this interface, or the port belongs to one program alone: discovery goes on elsewhere.
            return null;
        }
    }
}

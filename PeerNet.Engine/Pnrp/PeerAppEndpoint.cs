using System.Net;

namespace PeerNet.Engine.Pnrp;

/// <summary>Where an application listens: address, port and protocol (MS-PNRP 2.2.3.1.3).</summary>
/// <param name="Address">The address; IPv4 where the wire carried a mapped one.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol">The protocol.</param>
public sealed record PeerAppEndpoint(IPAddress Address, int Port, PeerProtocol Protocol = PeerProtocol.Tcp)
{
    /// <summary>The address and port, for sockets.</summary>
    public IPEndPoint ToIPEndPoint() => new(Address, Port);

    /// <summary><c>address:port</c>, IPv6 in brackets.</summary>
    public override string ToString() => ToIPEndPoint().ToString();
}

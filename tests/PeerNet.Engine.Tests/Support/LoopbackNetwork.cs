using System.Net;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Real sockets, but the system chooses every port: nodes that run on the machine meanwhile do not meddle.</summary>
internal sealed class LoopbackNetwork : IDatagramNetwork
{
    private readonly UdpNetwork _network = new();

    /// <summary>What PNRP's own port leads to, where a test plays the process that has it.</summary>
    public int? WellKnownPort { get; init; }

    public IDatagramTransport Open(IReadOnlyList<IPAddress> addresses, int port) =>
        _network.Open(addresses, port == SeedAddress.DefaultPort ? WellKnownPort ?? 0 : port);

    public bool HasListener(IPEndPoint endpoint) => false;
}

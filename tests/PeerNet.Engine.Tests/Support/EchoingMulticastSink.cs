using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Sends every message back to whom it came from.</summary>
internal sealed class EchoingMulticastSink : IMulticastSink
{
    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message) =>
        link.SendTo(source, message);
}

using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>Takes the messages of multicast links. Called from any thread, several at a time.</summary>
internal interface IMulticastSink
{
    /// <summary>Longest message of those that do not say otherwise.</summary>
    const int MaximumMessage = 2048;

    /// <summary>Longest message that is taken, in bytes; longer ones are dropped. Stays the same.</summary>
    int MaximumLength => MaximumMessage;

    /// <summary>A message from a host on the link; never the link's own.</summary>
    void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message);
}

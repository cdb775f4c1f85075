using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>A multicast group on one interface.</summary>
internal interface IMulticastLink : IAsyncDisposable
{
    /// <summary>The address that messages are sent from.</summary>
    LocalAddress Local { get; }

    /// <summary>Sends to all members. What cannot be sent is lost.</summary>
    void SendToGroup(ReadOnlySpan<byte> message);

    /// <summary>Sends to one host. What cannot be sent is lost.</summary>
    void SendTo(IPEndPoint destination, ReadOnlySpan<byte> message);
}

using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>Joins multicast groups. Tests replace it by a link in memory.</summary>
internal interface IMulticastNetwork
{
    /// <summary>Joins <paramref name="group"/> on one interface.</summary>
    /// <param name="group">The group and its port, shared with other programs.</param>
    /// <param name="adapter">The interface.</param>
    /// <param name="local">The address of that interface to send from; of the group's family.</param>
    /// <param name="sink">Takes the messages.</param>
    /// <returns>The link, or null where the system refuses.</returns>
    /// <remarks>The link hears the group, and what is sent to the address that it sends from.</remarks>
    IMulticastLink? TryJoin(IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink);

    /// <summary>Opens a link that sends to <paramref name="group"/> on one interface and hears the answers, but not the
    /// group.</summary>
    /// <inheritdoc cref="TryJoin"/>
    IMulticastLink? TryOpen(IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink);
}

using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>What the machine has done for it.</summary>
internal interface IDiscoveryEffects
{
    /// <summary>Sends to everybody on a link.</summary>
    void SendToGroup(MulticastPlace link, byte[] message);

    /// <summary>Sends to one host of a link.</summary>
    void SendTo(MulticastPlace link, IPEndPoint destination, byte[] message);
}

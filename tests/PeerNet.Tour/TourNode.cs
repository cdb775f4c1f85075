using System.Net;
using PeerNet.Engine.Node;

namespace PeerNet.Tour;

/// <summary>The nodes of the tour keep to this machine: a tour publishes nothing on somebody's network.</summary>
internal static class TourNode
{
    public static PeerNodeOptions Options(string name, string folder) => new()
    {
        Name = name,
        StatePath = folder,
        ListenAddresses = [IPAddress.Loopback, IPAddress.IPv6Loopback],
    };
}

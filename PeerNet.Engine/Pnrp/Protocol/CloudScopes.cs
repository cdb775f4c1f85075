using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Which clouds addresses belong to.</summary>
internal static class CloudScopes
{
    /// <summary>The scope of the clouds that an address is in; null where it is not that of one host.</summary>
    public static PeerCloudScope? Of(IPAddress address) => AddressScopes.Of(address) switch
    {
        AddressScope.Loopback => PeerCloudScope.Loopback,
        AddressScope.LinkLocal => PeerCloudScope.LinkLocal,
        AddressScope.SiteLocal => PeerCloudScope.SiteLocal,
        AddressScope.Global => PeerCloudScope.Global,
        _ => null,
    };
}

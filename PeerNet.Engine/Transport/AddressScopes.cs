using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>Tells the scopes of addresses.</summary>
internal static class AddressScopes
{
    public static AddressScope Of(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetwork ? OfIPv4(plain) : OfIPv6(plain);
    }

    private static AddressScope OfIPv4(IPAddress address)
    {
        uint number = (uint)DatagramAddress.ToNumber(address).Lower;
        return (number >> 24) switch
        {
            0 or >= 224 => AddressScope.None,
            127 => AddressScope.Loopback,
            169 when number >> 16 == 0xA9FE => AddressScope.LinkLocal,
            _ => AddressScope.Global,
        };
    }

    private static AddressScope OfIPv6(IPAddress address)
    {
        if (IPAddress.IPv6Loopback.Equals(address))
        {
            return AddressScope.Loopback;
        }

        if (address.IsIPv6Multicast || IPAddress.IPv6Any.Equals(address))
        {
            return AddressScope.None;
        }

        return address.IsIPv6LinkLocal ? AddressScope.LinkLocal
            : address.IsIPv6SiteLocal ? AddressScope.SiteLocal
            : AddressScope.Global;
    }
}

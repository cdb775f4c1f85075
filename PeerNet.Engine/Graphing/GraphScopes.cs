using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <summary>Which addresses a scope means.</summary>
internal static class GraphScopes
{
    /// <summary>Whether a scope includes an address.</summary>
    public static bool Includes(PeerGraphScope scope, IPAddress address)
    {
        AddressScope reach = AddressScopes.Of(address);
        return scope switch
        {
            PeerGraphScope.Any => reach != AddressScope.None,
            PeerGraphScope.Global => reach == AddressScope.Global,
            PeerGraphScope.SiteLocal => reach == AddressScope.SiteLocal || (reach == AddressScope.Global && IsPrivate(address)),
            PeerGraphScope.LinkLocal => reach == AddressScope.LinkLocal,
            _ => reach == AddressScope.Loopback,
        };
    }

    /// <summary>The addresses that a node uses in a graph unless it is told otherwise. A global graph has nodes on any
    /// address that is not blocked (MS-PPGRH 3.1.1, Scope).</summary>
    public static PeerGraphScope Of(GraphProperties? properties) =>
        properties?.Scope is { } scope and not PeerGraphScope.Global ? scope : PeerGraphScope.Any;

    /// <summary>How far a scope reaches; null for as far as one can.</summary>
    public static AddressScope? ReachOf(PeerGraphScope scope) => scope switch
    {
        PeerGraphScope.Any => null,
        PeerGraphScope.Global => AddressScope.Global,
        PeerGraphScope.SiteLocal => AddressScope.SiteLocal,
        PeerGraphScope.LinkLocal => AddressScope.LinkLocal,
        _ => AddressScope.Loopback,
    };

    // RFC 1918, and RFC 4193, which took the place of site-local addresses.
    private static bool IsPrivate(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return plain.IsIPv6UniqueLocal;
        }

        uint number = (uint)DatagramAddress.ToNumber(plain).Lower;
        return number >> 24 == 10 || number >> 20 == 0xAC1 || number >> 16 == 0xC0A8;
    }
}

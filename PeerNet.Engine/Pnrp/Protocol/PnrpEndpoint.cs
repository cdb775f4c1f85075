using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// An address and port as the wire carries them (MS-PNRP 2.2.3.6). IPv4 travels as <c>::ffff:a.b.c.d</c>. There is no
/// zone: a link-local cloud has one zone, which its socket knows.
/// </summary>
internal readonly record struct PnrpEndpoint(Bits128 Address, ushort Port)
{
    /// <summary>Bytes of an IPV6_ENDPOINT structure: port, then address.</summary>
    public const int WireLength = 18;

    /// <summary>Ports up to this one are not of nodes.</summary>
    public const int LastReservedPort = 1024;

    public static PnrpEndpoint From(IPEndPoint endpoint) => new(ToWire(endpoint.Address), (ushort)endpoint.Port);

    public static Bits128 ToWire(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return Bits128.Read(bytes);
    }

    /// <summary>The address as a socket takes it.</summary>
    /// <param name="scopeId">The zone of a link-local cloud, else 0.</param>
    public IPEndPoint ToIPEndPoint(long scopeId = 0) => new(ToIPAddress(Address, scopeId), Port);

    public static IPAddress ToIPAddress(Bits128 address, long scopeId = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        var ip = new IPAddress(bytes);
        if (ip.IsIPv6LinkLocal)
        {
            ip.ScopeId = scopeId;
        }

        return ip;
    }

    public override string ToString()
    {
        IPAddress ip = ToIPAddress(Address);
        return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, Port).ToString();
    }
}

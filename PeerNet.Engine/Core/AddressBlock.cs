using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Core;

/// <summary>
/// What one source may hold of a share: an IPv4 address, or an IPv6 /64, of which one host has every address. IPv4 in
/// IPv6 clothes (RFC 4291 2.5.5.2) is the IPv4 address, and a zone index tells links apart: fe80::/64 is on each of them.
/// </summary>
internal readonly record struct AddressBlock
{
    private readonly AddressFamily _family;
    private readonly ulong _prefix;
    private readonly long _zone;

    private AddressBlock(AddressFamily family, ulong prefix, long zone) =>
        (_family, _prefix, _zone) = (family, prefix, zone);

    /// <summary>The block that <paramref name="address"/> lies in.</summary>
    public static AddressBlock Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out int length);
        if (length == 4)
        {
            return new(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes), 0);
        }

        return address.IsIPv4MappedToIPv6
            ? new(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), 0)
            : new(AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt64BigEndian(bytes), address.ScopeId);
    }
}

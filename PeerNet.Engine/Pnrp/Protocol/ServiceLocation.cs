using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The upper half of a service location: the first 64 bits of an address (MS-PNRP 3.2.4.1).</summary>
internal static class ServiceLocation
{
    /// <summary>
    /// The prefix of an address. The first 64 bits of a mapped IPv4 address are zero and would place all IPv4 nodes at
    /// one spot, so IPv4 takes the 6to4 form 2002:a.b.c.d::/48 (RFC 3056 2).
    /// </summary>
    public static ulong PrefixOf(IPAddress address)
    {
        Bits128 number = DatagramAddress.ToNumber(address);
        return number.IsMappedIPv4
            ? 0x2002_0000_0000_0000 | ((ulong)(uint)number.Lower << 16)
            : number.Upper;
    }
}

using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// Where a node listens, as the wire carries it. IPv4 travels as <c>::ffff:a.b.c.d</c>. There is no zone: a link-local
/// graph has one zone, which its owner knows.
/// </summary>
internal readonly record struct GraphEndpoint(Bits128 Address, ushort Port)
{
    private const int AddressLength = 16;

    /// <summary>Whether a node can be reached there: the address is neither unspecified nor multicast nor broadcast, and
    /// there is a port.</summary>
    public bool IsUsable
    {
        get
        {
            if (Port == 0)
            {
                return false;
            }

            if (Address.IsMappedIPv4)
            {
                uint v4 = (uint)Address.Lower;
                return v4 != 0 && v4 >> 28 is not (0xE or 0xF);
            }

            return Address != default && (byte)(Address.Upper >> 56) != 0xFF;
        }
    }

    public static GraphEndpoint From(IPEndPoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[AddressLength];
        endpoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new(Bits128.Read(bytes), (ushort)endpoint.Port);
    }

    /// <summary>The endpoint as a socket takes it.</summary>
    /// <param name="scopeId">The zone of a link-local graph, else 0.</param>
    public IPEndPoint ToIPEndPoint(long scopeId = 0)
    {
        Span<byte> bytes = stackalloc byte[AddressLength];
        Address.Write(bytes);
        var ip = new IPAddress(bytes);
        if (ip.IsIPv6LinkLocal)
        {
            ip.ScopeId = scopeId;
        }

        return new(ip, Port);
    }

    public override string ToString()
    {
        IPEndPoint endpoint = ToIPEndPoint();
        return endpoint.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(endpoint.Address.MapToIPv4(), Port).ToString()
            : endpoint.ToString();
    }
}

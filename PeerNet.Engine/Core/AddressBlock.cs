using System.Buffers.Binary;
using System.Net;

namespace PeerNet.Engine.Core;

/// <summary>
/// What one source may hold of a share: an IPv4 address, or an IPv6 /64, of which one host has every address. On a link
/// of this machine each neighbor has one address of the /64, and on this machine each process has a port of its own;
/// <see cref="Of(IPEndPoint, IEnumerable{IPAddress})"/> tells them apart. IPv4 in IPv6 clothes (RFC 4291 2.5.5.2) is the
/// IPv4 address, and a zone index tells links apart: fe80::/64 is on each of them.
/// </summary>
internal readonly record struct AddressBlock
{
    // Tables have thousands of them: no room between the fields.
    private readonly Bits128 _address;
    private readonly uint _zone;
    private readonly int _port;

    private AddressBlock(Bits128 address, long zone, int port) => (_address, _zone, _port) = (address, (uint)zone, port);

    /// <summary>The block that <paramref name="address"/> lies in.</summary>
    public static AddressBlock Of(IPAddress address)
    {
        Bits128 number = ToNumber(address);
        return new(number.IsMappedIPv4 ? number : NetworkOf(number), ZoneOf(address), 0);
    }

    /// <summary>The block of a host on a link of this machine: its address.</summary>
    public static AddressBlock OfNeighbor(IPAddress address) => new(ToNumber(address), ZoneOf(address), 0);

    /// <summary>The block of one socket.</summary>
    /// <param name="address">Its address as the wire has it, IPv4 in mapped form.</param>
    /// <param name="port">Its port.</param>
    public static AddressBlock OfSocket(Bits128 address, int port) => new(address, 0, port);

    /// <summary>The block of a source, seen from a host with some addresses.</summary>
    public static AddressBlock Of(IPEndPoint source, IEnumerable<IPAddress> own)
    {
        Bits128[] numbers = [.. own.Select(ToNumber)];
        return Of(ToNumber(source.Address), ZoneOf(source.Address), source.Port, numbers);
    }

    /// <summary>The same for addresses as the wire has them, IPv4 in mapped form, all in one zone.</summary>
    public static AddressBlock Of(Bits128 address, int port, ReadOnlySpan<Bits128> own) => Of(address, 0, port, own);

    private static AddressBlock Of(Bits128 address, long zone, int port, ReadOnlySpan<Bits128> own)
    {
        if (own.Contains(address))
        {
            return new(address, zone, port);
        }

        bool isWhole = address.IsMappedIPv4;
        foreach (Bits128 other in own)
        {
            isWhole |= other.Upper == address.Upper;
        }

        return new(isWhole ? address : NetworkOf(address), zone, 0);
    }

    private static Bits128 NetworkOf(Bits128 address) => address with { Lower = 0 };

    private static Bits128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out int length);
        return length == 4
            ? Bits128.MappedIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : Bits128.Read(bytes);
    }

    private static long ZoneOf(IPAddress address) => address.IsIPv6LinkLocal ? address.ScopeId : 0;
}

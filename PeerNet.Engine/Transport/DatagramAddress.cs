using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Where a datagram comes from or goes to, as sixteen bytes and a port; IPv4 is mapped. There is no zone: a transport
/// of a link-local cloud has one, and adds it itself.
/// </summary>
internal readonly record struct DatagramAddress(UInt128 Address, ushort Port)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    public static DatagramAddress From(IPEndPoint endpoint) => new(ToNumber(endpoint.Address), (ushort)endpoint.Port);

    public static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public bool IsIPv4 => Address >> 32 == MappedPrefix >> 32;

    /// <summary>Reads what the system has put into a socket address, without creating an object.</summary>
    public static DatagramAddress Read(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetwork
            ? new(MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port)
            : new(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), port);
    }

    /// <summary>Writes address and port into a socket address of the same family; its zone stays as it is.</summary>
    public void Write(SocketAddress address)
    {
        Span<byte> bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Port);
        if (address.Family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)Address);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], Address);
        }
    }
}

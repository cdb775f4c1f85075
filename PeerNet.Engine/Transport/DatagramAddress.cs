using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Where a datagram comes from or goes to, as sixteen bytes and a port; IPv4 is mapped. There is no zone: a transport
/// of a link-local cloud has one, and adds it itself.
/// </summary>
internal readonly record struct DatagramAddress(Bits128 Address, ushort Port)
{
    public static DatagramAddress From(IPEndPoint endpoint) => new(ToNumber(endpoint.Address), (ushort)endpoint.Port);

    public static Bits128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return Bits128.Read(bytes);
    }

    public bool IsIPv4 => Address.IsMappedIPv4;

    /// <summary>Reads what the system has put into a socket address, without creating an object.</summary>
    public static DatagramAddress Read(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetwork
            ? new(Bits128.MappedIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..])), port)
            : new(Bits128.Read(bytes[8..]), port);
    }

    /// <summary>Writes address and port into a socket address of the same family; its zone stays as it is.</summary>
    public void Write(SocketAddress address)
    {
        Span<byte> bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Port);
        if (address.Family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)Address.Lower);
        }
        else
        {
            Address.Write(bytes[8..]);
        }
    }
}

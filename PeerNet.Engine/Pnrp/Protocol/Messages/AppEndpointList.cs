using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// A view of IPV6_APP_ENDPOINT structures (MS-PNRP 2.2.3.1.3). The port is big-endian, like every integer of which the
/// specification says nothing; the protocol is little-endian, as it says.
/// </summary>
internal readonly ref struct AppEndpointList
{
    /// <summary>Bytes of one endpoint.</summary>
    public const int ElementLength = 20;

    private const int AddressLength = 16;

    public AppEndpointList(ReadOnlySpan<byte> elements) => Elements = elements;

    /// <summary>The elements' bytes.</summary>
    public ReadOnlySpan<byte> Elements { get; }

    public int Count => Elements.Length / ElementLength;

    public PeerAppEndpoint this[int index]
    {
        get
        {
            ReadOnlySpan<byte> element = Elements.Slice(index * ElementLength, ElementLength);
            System.Net.IPAddress address =
                PnrpEndpoint.ToIPAddress(Bits128.Read(element));
            return new PeerAppEndpoint(
                address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address,
                BinaryPrimitives.ReadUInt16BigEndian(element[AddressLength..]),
                (PeerProtocol)BinaryPrimitives.ReadUInt16LittleEndian(element[(AddressLength + sizeof(ushort))..]));
        }
    }

    public static byte[] Encode(IReadOnlyList<PeerAppEndpoint> endpoints)
    {
        byte[] elements = new byte[endpoints.Count * ElementLength];
        var writer = new WireWriter(elements);
        foreach (PeerAppEndpoint endpoint in endpoints)
        {
            writer.WriteBits128(PnrpEndpoint.ToWire(endpoint.Address));
            writer.WriteUInt16((ushort)endpoint.Port);
            writer.WriteUInt16LittleEndian((ushort)endpoint.Protocol);
        }

        return elements;
    }

    public PeerAppEndpoint[] ToArray()
    {
        var endpoints = new PeerAppEndpoint[Count];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = this[i];
        }

        return endpoints;
    }
}

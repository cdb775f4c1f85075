using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>Arrays of PEER_IN6_ADDRESS (MS-PPGRH 2.2.1.3).</summary>
internal static class EndpointArray
{
    /// <summary>Bytes of one address.</summary>
    public const int ElementLength = 20;

    /// <summary>Most addresses of one message.</summary>
    public const int MaximumCount = byte.MaxValue;

    /// <summary>The protocol family of IPv6, AF_INET6 of Windows.</summary>
    public const ushort Family = 0x0017;

    /// <summary>Reads an array whose place has been checked. False for another protocol family.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int offset, int count, out GraphEndpoint[] endpoints)
    {
        endpoints = [];
        if (count == 0)
        {
            return true;
        }

        var read = new GraphEndpoint[count];
        var reader = new WireReader(bytes.Slice(offset, count * ElementLength));
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt16(out ushort family)
                || family != Family
                || !reader.TryReadUInt16(out ushort port)
                || !reader.TryReadBits128(out Bits128 address))
            {
                return false;
            }

            read[i] = new GraphEndpoint(address, port);
        }

        endpoints = read;
        return true;
    }

    public static void Write(ref WireWriter writer, IReadOnlyList<GraphEndpoint> endpoints)
    {
        for (int i = 0; i < endpoints.Count; i++)
        {
            writer.WriteUInt16(Family);
            writer.WriteUInt16(endpoints[i].Port);
            writer.WriteBits128(endpoints[i].Address);
        }
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Payloads;

/// <summary>The address lists of contact and presence records: a count, then PEER_ADDRESS structures (MS-PPGRH
/// 2.2.1.5).</summary>
internal static class PeerAddresses
{
    /// <summary>Most addresses that a node publishes, and that are taken from a record.</summary>
    public const int MaximumCount = 64;

    private const uint ElementLength = 0x20;

    /// <summary>Bytes of a list.</summary>
    public static int GetLength(IReadOnlyList<GraphEndpoint> endpoints) =>
        sizeof(uint) + (endpoints.Count * (int)ElementLength);

    /// <summary>Reads a list. Nothing throws.</summary>
    public static bool TryRead(ref WireReader reader, out IReadOnlyList<GraphEndpoint> endpoints)
    {
        endpoints = [];
        if (!reader.TryReadUInt32(out uint count) || count > MaximumCount || count * ElementLength > (uint)reader.Remaining)
        {
            return false;
        }

        var read = new GraphEndpoint[count];
        for (int i = 0; i < read.Length; i++)
        {
            if (!reader.TryReadUInt32(out uint size)
                || size != ElementLength
                || !reader.TryReadUInt16(out ushort family)
                || family != EndpointArray.Family
                || !reader.TryReadUInt16(out ushort port)
                || !reader.TrySkip(sizeof(uint))
                || !reader.TryReadBits128(out Bits128 address)
                || !reader.TrySkip(sizeof(uint)))
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
        writer.WriteUInt32((uint)endpoints.Count);
        for (int i = 0; i < endpoints.Count; i++)
        {
            writer.WriteUInt32(ElementLength);
            writer.WriteUInt16(EndpointArray.Family);
            writer.WriteUInt16(endpoints[i].Port);
            writer.WriteUInt32(0);
            writer.WriteBits128(endpoints[i].Address);
            writer.WriteUInt32(0);
        }
    }
}

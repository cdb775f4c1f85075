using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Payloads;

/// <summary>The payload of a presence record (MS-PPGRH 2.2.3.4).</summary>
/// <param name="NodeId">The node's id.</param>
/// <param name="Attributes">What its application says about it; empty for nothing.</param>
/// <param name="Endpoints">Where it listens.</param>
internal sealed record PresencePayload(ulong NodeId, string Attributes, IReadOnlyList<GraphEndpoint> Endpoints)
{
    /// <summary>Longest attributes of a node, in UTF-16 units. The specification has no limit.</summary>
    public const int MaximumAttributes = 4096;

    /// <summary>Reads a payload. Nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PresencePayload payload)
    {
        payload = null!;
        var reader = new WireReader(bytes);
        if (!reader.TryReadUInt64(out ulong nodeId)
            || !RecordText.TryReadOptional(ref reader, MaximumAttributes, out string attributes)
            || !PeerAddresses.TryRead(ref reader, out IReadOnlyList<GraphEndpoint> endpoints)
            || reader.Remaining != 0)
        {
            return false;
        }

        payload = new(nodeId, attributes, endpoints);
        return true;
    }

    public byte[] Encode()
    {
        byte[] bytes = new byte[
            sizeof(ulong) + RecordText.GetOptionalLength(Attributes) + PeerAddresses.GetLength(Endpoints)];
        var writer = new WireWriter(bytes);
        writer.WriteUInt64(NodeId);
        RecordText.WriteOptional(ref writer, Attributes);
        PeerAddresses.Write(ref writer, Endpoints);
        return bytes;
    }
}

using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Payloads;

/// <summary>The payload of a contact record (MS-PPGRH 2.2.3.3).</summary>
/// <param name="Signature">The graph's signature as the contact saw it.</param>
/// <param name="NodeId">The contact's node id.</param>
/// <param name="Endpoints">Where it listens.</param>
internal sealed record ContactPayload(ulong Signature, ulong NodeId, IReadOnlyList<GraphEndpoint> Endpoints)
{
    /// <summary>Reads a payload. Nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ContactPayload payload)
    {
        payload = null!;
        var reader = new WireReader(bytes);
        if (!reader.TryReadUInt64(out ulong signature)
            || !reader.TryReadUInt64(out ulong nodeId)
            || !PeerAddresses.TryRead(ref reader, out IReadOnlyList<GraphEndpoint> endpoints)
            || reader.Remaining != 0)
        {
            return false;
        }

        payload = new(signature, nodeId, endpoints);
        return true;
    }

    public byte[] Encode()
    {
        byte[] bytes = new byte[(2 * sizeof(ulong)) + PeerAddresses.GetLength(Endpoints)];
        var writer = new WireWriter(bytes);
        writer.WriteUInt64(Signature);
        writer.WriteUInt64(NodeId);
        PeerAddresses.Write(ref writer, Endpoints);
        return bytes;
    }
}

using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Protocol.Payloads;

/// <summary>The payload of the signature record: the lowest node id (MS-PPGRH 2.2.3.2).</summary>
internal static class SignaturePayload
{
    public static bool TryRead(ReadOnlySpan<byte> payload, out ulong signature)
    {
        signature = 0;
        return payload.Length == sizeof(ulong) && BinaryPrimitives.TryReadUInt64BigEndian(payload, out signature);
    }

    public static byte[] Encode(ulong signature)
    {
        byte[] payload = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(payload, signature);
        return payload;
    }
}

using System.Buffers.Binary;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>The answer to a request: the size that the transport puts in front, and a code (MS-PCHC 2.2.2).</summary>
internal static class OfferResponse
{
    /// <summary>Bytes of the answer.</summary>
    public const int Length = sizeof(uint) + CodeLength;

    private const int CodeLength = 1;

    public static byte[] Write(OfferResponseCode code)
    {
        byte[] bytes = new byte[Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, CodeLength);
        bytes[^1] = (byte)code;
        return bytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out OfferResponseCode code)
    {
        code = default;
        if (bytes.Length != Length
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != CodeLength
            || (OfferResponseCode)bytes[^1] is not (OfferResponseCode.Ok or OfferResponseCode.Interested))
        {
            return false;
        }

        code = (OfferResponseCode)bytes[^1];
        return true;
    }
}

/// <summary>What a hosted cache answers (MS-PCHC 2.2.2.2).</summary>
internal enum OfferResponseCode : byte
{
    /// <summary>It knows all it needs to fetch what it wants.</summary>
    Ok = 0,

    /// <summary>It needs a SEGMENT_INFO first. Only an INITIAL_OFFER may be answered so.</summary>
    Interested = 1,
}

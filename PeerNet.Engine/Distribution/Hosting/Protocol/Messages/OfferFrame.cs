using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>Whole requests: the header, then the body to the end of what HTTP delivers (MS-PCHC 2.2.1).</summary>
internal static class OfferFrame
{
    /// <summary>The path of version 1.0, over HTTPS (MS-PCHC 2.1).</summary>
    public const string V1Path = "/C574AC30-5794-4AEE-B1BB-6651C5315029";

    /// <summary>The path of version 2.0, over HTTP (MS-PCHC 2.1).</summary>
    public const string V2Path = "/0131501b-d67f-491b-9a40-c4bf27bcb4d4";

    /// <summary>Most bytes of a request that are looked at. The longest one, a SEGMENT_INFO of 512 hashes of 64 bytes, has
    /// 32,966.</summary>
    public const int MaximumRequest = 64 * 1024;

    /// <summary>Writes a request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="port">The port on which this node serves retrieval.</param>
    public static byte[] Write<T>(T message, ushort port)
        where T : IOfferMessage
    {
        byte[] bytes = new byte[OfferHeader.Length + message.BodyLength];
        var writer = new WireWriter(bytes);
        new OfferHeader(T.Version, T.MessageType, port).Write(ref writer);
        message.Write(ref writer);
        return bytes;
    }

    /// <summary>Reads the header of a request; the body is left to the message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out OfferHeader header, out WireReader body)
    {
        body = new WireReader(bytes);
        header = default;
        return bytes.Length <= MaximumRequest && OfferHeader.TryRead(ref body, out header);
    }
}

/// <summary>A request without its header.</summary>
internal interface IOfferMessage
{
    /// <summary>Its number.</summary>
    static abstract OfferMessageType MessageType { get; }

    /// <summary>The version of the protocol that it belongs to.</summary>
    static abstract OfferVersion Version { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    int BodyLength { get; }

    /// <summary>Writes the body behind a header.</summary>
    void Write(ref WireWriter writer);
}

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

using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Whole messages: the header, and in answers the size that the transport puts in front (MS-PCCRR 2.2.2).</summary>
internal static class RetrievalFrame
{
    /// <summary>Bytes of TRANSPORT_RESPONSE_HEADER.</summary>
    public const int PrefixLength = 4;

    /// <summary>Most bytes of a request (2.2.3).</summary>
    public const int MaximumRequest = 98_304;

    /// <summary>Most bytes of an answer without its prefix. 2.2.3 allows four times what 2.2 and 2.2.2 do, and a block of
    /// version 2 needs it.</summary>
    public const int MaximumResponse = 393_216;

    /// <summary>Most bytes of a block, so that the fields around it have room.</summary>
    public const int MaximumBlock = MaximumResponse - 1024;

    /// <summary>The alignment of fields, counted from the start of the header (2.2).</summary>
    public const int Alignment = 4;

    public static int GetRequestLength<T>(in T message)
        where T : IRetrievalMessage, allows ref struct => RetrievalHeader.Length + message.BodyLength;

    public static int GetResponseLength<T>(in T message)
        where T : IRetrievalMessage, allows ref struct => PrefixLength + RetrievalHeader.Length + message.BodyLength;

    /// <summary>Writes a request into exactly its length.</summary>
    public static void WriteRequest<T>(Span<byte> destination, T message, RetrievalVersion version, BlockCipher cipher)
        where T : IRetrievalMessage, allows ref struct
    {
        var writer = new WireWriter(destination);
        new RetrievalHeader(version, T.MessageType, (uint)destination.Length, cipher).Write(ref writer);
        message.Write(ref writer);
    }

    /// <summary>Writes an answer into exactly its length.</summary>
    public static void WriteResponse<T>(Span<byte> destination, T message, RetrievalVersion version, BlockCipher cipher)
        where T : IRetrievalMessage, allows ref struct
    {
        WritePrefix(destination);
        WriteRequest(destination[PrefixLength..], message, version, cipher);
    }

    /// <summary>Writes the prefix of an answer that fills <paramref name="destination"/>.</summary>
    public static void WritePrefix(Span<byte> destination) =>
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(destination.Length - PrefixLength));

    /// <summary>Reads the header of a request; the body is left to the message.</summary>
    public static bool TryReadRequest(ReadOnlySpan<byte> bytes, out RetrievalHeader header, out WireReader body)
    {
        body = new WireReader(bytes);
        header = default;
        return bytes.Length <= MaximumRequest
            && RetrievalHeader.TryRead(ref body, out header)
            && header.Size == bytes.Length;
    }

    /// <summary>Reads the prefix and the header of an answer; the body is left to the message.</summary>
    public static bool TryReadResponse(ReadOnlySpan<byte> bytes, out RetrievalHeader header, out WireReader body)
    {
        body = default;
        header = default;
        if (!TryReadPrefix(bytes, out int size) || size != bytes.Length - PrefixLength)
        {
            return false;
        }

        body = new WireReader(bytes[PrefixLength..]);
        return RetrievalHeader.TryRead(ref body, out header) && header.Size == size;
    }

    /// <summary>Reads how many bytes follow the prefix; false where an answer cannot have so many.</summary>
    public static bool TryReadPrefix(ReadOnlySpan<byte> bytes, out int size)
    {
        size = 0;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(bytes, out uint value)
            || value is < RetrievalHeader.Length or > MaximumResponse)
        {
            return false;
        }

        size = (int)value;
        return true;
    }
}

/// <summary>A message without its header.</summary>
internal interface IRetrievalMessage
{
    /// <summary>Its number.</summary>
    static abstract RetrievalMessageType MessageType { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    int BodyLength { get; }

    /// <summary>Writes the body behind a header.</summary>
    void Write(ref WireWriter writer);
}

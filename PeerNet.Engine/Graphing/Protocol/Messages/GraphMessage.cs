using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>What all messages have in common: PEER_MESSAGE (MS-PPGRH 2.2.1.2). Integers and GUIDs are big-endian.</summary>
internal static class GraphMessage
{
    /// <summary>Bytes of the head.</summary>
    public const int HeadLength = 8;

    /// <summary>Bytes of a GUID.</summary>
    public const int GuidLength = 16;

    private const byte Version = 0x10;
    private const int VersionOffset = 4;
    private const int TypeOffset = 5;

    /// <summary>Reads the type of a whole message. False where the head is not sound, or tells another length.</summary>
    public static bool TryReadType(ReadOnlySpan<byte> bytes, out GraphMessageType type)
    {
        type = bytes.Length >= HeadLength ? (GraphMessageType)bytes[TypeOffset] : default;
        return bytes.Length >= HeadLength
            && BinaryPrimitives.ReadUInt32BigEndian(bytes) == (uint)bytes.Length
            && bytes[VersionOffset] == Version
            && type is >= GraphMessageType.AuthInfo and <= GraphMessageType.Ack;
    }

    /// <summary>Begins to read a message: its reader stands behind the head.</summary>
    public static bool TryOpen<TMessage>(ReadOnlySpan<byte> bytes, out WireReader reader)
        where TMessage : IGraphMessage<TMessage>, allows ref struct
    {
        reader = new WireReader(bytes);
        return TryReadType(bytes, out GraphMessageType type)
            && type == TMessage.MessageType
            && bytes.Length >= TMessage.FixedLength
            && reader.TrySkip(HeadLength);
    }

    /// <summary>A message's bytes.</summary>
    public static byte[] Encode<TMessage>(scoped in TMessage message)
        where TMessage : IGraphMessage<TMessage>, allows ref struct
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(message.WireLength);
        var writer = new WireWriter(bytes);
        WriteHead(ref writer, TMessage.MessageType, bytes.Length);
        message.Write(ref writer);
        return bytes;
    }

    /// <summary>Writes a head.</summary>
    public static void WriteHead(ref WireWriter writer, GraphMessageType type, int length)
    {
        writer.WriteUInt32((uint)length);
        writer.WriteByte(Version);
        writer.WriteByte((byte)type);
        writer.WriteUInt16(0);
    }

    /// <summary>Whether an array lies between the fixed part of a message and a limit. An empty one may lie anywhere up to
    /// the limit: senders write 0, the length of the fixed part or of the message.</summary>
    public static bool IsInside(long offset, long count, int elementLength, int fixedLength, long limit) =>
        offset + (count * elementLength) <= limit && (count == 0 || offset >= fixedLength);

    public static Guid ReadGuid(ReadOnlySpan<byte> bytes) => new(bytes[..GuidLength], bigEndian: true);

    public static void WriteGuid(ref WireWriter writer, Guid guid) =>
        guid.TryWriteBytes(writer.Take(GuidLength), bigEndian: true, out _);
}

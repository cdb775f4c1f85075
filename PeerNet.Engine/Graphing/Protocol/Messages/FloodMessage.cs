using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>FLOOD: a record (MS-PPGRH 2.2.2.11).</summary>
internal readonly ref struct FloodMessage : IGraphMessage<FloodMessage>
{
    /// <summary>Bytes before the record in the messages that are written here.</summary>
    public const int RecordOffset = 0x0C;

    /// <summary>Bytes of the longest FLOOD.</summary>
    public const int MaximumLength = RecordOffset + RecordCodec.MaximumLength;

    // The fields take 12 bytes, but MS-PPGRH 3.1.5.2.10 takes no message below 16.
    private const int Least = 0x10;

    public static GraphMessageType MessageType => GraphMessageType.Flood;

    public static int FixedLength => Least;

    /// <summary>The record's bytes (MS-PPGRH 2.2.1.9).</summary>
    public ReadOnlySpan<byte> Record { get; init; }

    public int WireLength => RecordOffset + Record.Length;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out FloodMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<FloodMessage>(bytes, out WireReader reader)
            || !reader.TryReadUInt16(out ushort record)
            || !reader.TryReadUInt16(out ushort reserved)
            || record < RecordOffset
            || record > bytes.Length
            || reserved != 0)
        {
            return false;
        }

        message = new FloodMessage { Record = bytes[record..] };
        return true;
    }

    /// <summary>A message with a record.</summary>
    public static byte[] Encode(GraphRecord record)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(RecordOffset + RecordCodec.GetLength(record));
        var writer = new WireWriter(bytes);
        WriteHead(ref writer, bytes.Length);
        RecordCodec.Write(ref writer, record);
        return bytes;
    }

    public void Write(ref WireWriter writer)
    {
        WriteRecordOffset(ref writer);
        writer.WriteBytes(Record);
    }

    private static void WriteHead(ref WireWriter writer, int length)
    {
        GraphMessage.WriteHead(ref writer, GraphMessageType.Flood, length);
        WriteRecordOffset(ref writer);
    }

    private static void WriteRecordOffset(ref WireWriter writer)
    {
        writer.WriteUInt16(RecordOffset);
        writer.WriteUInt16(0);
    }
}

using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>PT2PT: data of an application, or a ping (MS-PPGRH 2.2.2.13, 2.2.4.1).</summary>
internal readonly ref struct PointToPointMessage : IGraphMessage<PointToPointMessage>
{
    /// <summary>Bytes before the data in the messages that are written here.</summary>
    public const int Fixed = 0x1C;

    /// <summary>The type of pings. The specification prints it without its last hyphen.</summary>
    public static readonly Guid Ping = new("0ccbb0d2-be41-4bd6-914b-058ec5dcce64");

    public static GraphMessageType MessageType => GraphMessageType.PointToPoint;

    public static int FixedLength => Fixed;

    /// <summary>What the data is.</summary>
    public Guid DataType { get; init; }

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    public int WireLength => Fixed + Data.Length;

    // MS-PPGRH 3.1.5.2.13 says 16 bytes at least, but the data type alone ends at 28.
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PointToPointMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<PointToPointMessage>(bytes, out WireReader reader)
            || !reader.TryReadUInt16(out ushort data)
            || !reader.TrySkip(2)
            || !reader.TryReadBytes(GraphMessage.GuidLength, out ReadOnlySpan<byte> type)
            || data < Fixed
            || data > bytes.Length)
        {
            return false;
        }

        message = new PointToPointMessage { DataType = GraphMessage.ReadGuid(type), Data = bytes[data..] };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Fixed);
        writer.WriteUInt16(0);
        GraphMessage.WriteGuid(ref writer, DataType);
        writer.WriteBytes(Data);
    }
}

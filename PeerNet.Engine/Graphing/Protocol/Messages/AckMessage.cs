using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>ACK: acknowledges FLOODs (MS-PPGRH 2.2.2.14).</summary>
internal readonly ref struct AckMessage : IGraphMessage<AckMessage>
{
    private const int Fixed = 0x0C;

    public static GraphMessageType MessageType => GraphMessageType.Ack;

    public static int FixedLength => Fixed;

    /// <summary>The acknowledgements, each <see cref="RecordAck.WireLength"/> bytes long; up to 65,535.</summary>
    public ReadOnlySpan<byte> Acks { get; init; }

    public int WireLength => Fixed + Acks.Length;

    // MS-PPGRH 3.1.5.2.12
    public static bool TryRead(ReadOnlySpan<byte> bytes, out AckMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<AckMessage>(bytes, out WireReader reader)
            || !reader.TryReadUInt16(out ushort count)
            || !reader.TryReadUInt16(out ushort acks)
            || !GraphMessage.IsInside(acks, count, RecordAck.WireLength, Fixed, bytes.Length))
        {
            return false;
        }

        message = new AckMessage { Acks = count == 0 ? [] : bytes.Slice(acks, count * RecordAck.WireLength) };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)(Acks.Length / RecordAck.WireLength));
        writer.WriteUInt16(Fixed);
        writer.WriteBytes(Acks);
    }
}

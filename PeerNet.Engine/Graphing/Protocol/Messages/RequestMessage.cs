using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>REQUEST: asks for records of an ADVERTISE (MS-PPGRH 2.2.2.10).</summary>
internal readonly ref struct RequestMessage : IGraphMessage<RequestMessage>
{
    // The fields take 16 bytes, but MS-PPGRH 3.1.5.2.9 takes no message below 20: one that asks for nothing, which ends
    // the synchronization all the same, is sent padded, and read either way.
    private const int Fields = 0x10;
    private const int Least = 0x14;

    public static GraphMessageType MessageType => GraphMessageType.Request;

    public static int FixedLength => Fields;

    /// <summary>The records, each <see cref="RecordAbstract.WireLength"/> bytes long.</summary>
    public ReadOnlySpan<byte> Abstracts { get; init; }

    public int WireLength => Math.Max(Least, Fields + Abstracts.Length);

    public static bool TryRead(ReadOnlySpan<byte> bytes, out RequestMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<RequestMessage>(bytes, out WireReader reader)
            || !reader.TryReadUInt32(out uint count)
            || !reader.TryReadUInt32(out uint abstracts)
            || abstracts > (uint)bytes.Length
            || !GraphMessage.IsInside(abstracts, count, RecordAbstract.WireLength, Fields, bytes.Length))
        {
            return false;
        }

        message = new RequestMessage
        {
            Abstracts = count == 0 ? [] : bytes.Slice((int)abstracts, (int)count * RecordAbstract.WireLength),
        };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)(Abstracts.Length / RecordAbstract.WireLength));
        writer.WriteUInt32(Fields);
        writer.WriteBytes(Abstracts);
        writer.WriteZeros(WireLength - Fields - Abstracts.Length);
    }
}

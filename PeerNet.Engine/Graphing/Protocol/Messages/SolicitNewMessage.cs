using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>SOLICIT_NEW: asks for all records of some types (MS-PPGRH 2.2.2.6).</summary>
internal readonly record struct SolicitNewMessage(RecordTypeList Types) : IGraphMessage<SolicitNewMessage>
{
    private const int Fixed = 0x0C;

    public static GraphMessageType MessageType => GraphMessageType.SolicitNew;

    public static int FixedLength => Fixed;

    public int WireLength => Fixed + Types.WireLength;

    // MS-PPGRH 3.1.5.2.5
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SolicitNewMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<SolicitNewMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte inclusions)
            || !reader.TryReadByte(out byte exclusions)
            || !reader.TryReadUInt16(out ushort types)
            || inclusions > 1
            || (inclusions > 0 && exclusions > 0)
            || !GraphMessage.IsInside(types, inclusions + exclusions, GraphMessage.GuidLength, Fixed, bytes.Length))
        {
            return false;
        }

        message = new(RecordTypeList.Read(bytes, types, inclusions, exclusions));
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte(Types.InclusionCount);
        writer.WriteByte(Types.ExclusionCount);
        writer.WriteUInt16(Fixed);
        Types.Write(ref writer);
    }
}

using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>SOLICIT_TIME: asks for the records of some types that were modified since a moment (MS-PPGRH 2.2.2.7).</summary>
/// <param name="Types">The types.</param>
/// <param name="ModifiedSince">The earliest modification time.</param>
internal readonly record struct SolicitTimeMessage(RecordTypeList Types, PeerTime ModifiedSince)
    : IGraphMessage<SolicitTimeMessage>
{
    private const int Fixed = 20;

    public static GraphMessageType MessageType => GraphMessageType.SolicitTime;

    public static int FixedLength => Fixed;

    public int WireLength => Fixed + Types.WireLength;

    // MS-PPGRH 3.1.5.2.6
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SolicitTimeMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<SolicitTimeMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte inclusions)
            || !reader.TryReadByte(out byte exclusions)
            || !reader.TryReadUInt16(out ushort types)
            || !reader.TryReadUInt64(out ulong since)
            || inclusions > 1
            || (inclusions > 0 && exclusions > 0)
            || !GraphMessage.IsInside(types, inclusions + exclusions, GraphMessage.GuidLength, Fixed, bytes.Length))
        {
            return false;
        }

        message = new(RecordTypeList.Read(bytes, types, inclusions, exclusions), new PeerTime(since));
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte(Types.InclusionCount);
        writer.WriteByte(Types.ExclusionCount);
        writer.WriteUInt16(Fixed);
        writer.WriteUInt64(ModifiedSince.Ticks);
        Types.Write(ref writer);
    }
}

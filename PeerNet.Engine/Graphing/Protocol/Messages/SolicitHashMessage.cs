using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>SOLICIT_HASH: the hashes of the sender's records, range by range (MS-PPGRH 2.2.2.8).</summary>
internal readonly ref struct SolicitHashMessage : IGraphMessage<SolicitHashMessage>
{
    private const int Fixed = 0x14;

    public static GraphMessageType MessageType => GraphMessageType.SolicitHash;

    public static int FixedLength => Fixed;

    /// <summary>The types.</summary>
    public RecordTypeList Types { get; init; }

    /// <summary>The entries, each <see cref="HashEntry.WireLength"/> bytes long.</summary>
    public ReadOnlySpan<byte> Entries { get; init; }

    public int WireLength => Fixed + Types.WireLength + Entries.Length;

    // MS-PPGRH 3.1.5.2.7. The last check of the text multiplies Hash Entry Offset; Hash Count is meant.
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SolicitHashMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<SolicitHashMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte inclusions)
            || !reader.TryReadByte(out byte exclusions)
            || !reader.TryReadUInt16(out ushort types)
            || !reader.TryReadUInt32(out uint count)
            || !reader.TryReadUInt16(out ushort entries)
            || !reader.TrySkip(2)
            || (inclusions > 0 && exclusions > 0)
            || !GraphMessage.IsInside(types, inclusions + exclusions, GraphMessage.GuidLength, Fixed, entries)
            || !GraphMessage.IsInside(entries, count, HashEntry.WireLength, Fixed, bytes.Length))
        {
            return false;
        }

        message = new SolicitHashMessage
        {
            Types = RecordTypeList.Read(bytes, types, inclusions, exclusions),
            Entries = count == 0 ? [] : bytes.Slice(entries, (int)count * HashEntry.WireLength),
        };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte(Types.InclusionCount);
        writer.WriteByte(Types.ExclusionCount);
        writer.WriteUInt16(Fixed);
        writer.WriteUInt32((uint)(Entries.Length / HashEntry.WireLength));
        writer.WriteUInt16((ushort)(Fixed + Types.WireLength));
        writer.WriteUInt16(0);
        Types.Write(ref writer);
        writer.WriteBytes(Entries);
    }
}

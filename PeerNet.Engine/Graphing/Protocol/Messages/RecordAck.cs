using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>Says whether a record was useful (MS-PPGRH 2.2.2.14).</summary>
/// <param name="Id">The record's id.</param>
/// <param name="IsUseful">Whether the receiver had it not yet.</param>
internal readonly record struct RecordAck(Guid Id, bool IsUseful)
{
    /// <summary>Bytes of one.</summary>
    public const int WireLength = 20;

    private const uint UsefulFlag = 1;

    public static RecordAck Read(ReadOnlySpan<byte> bytes) => new(
        GraphMessage.ReadGuid(bytes),
        (BinaryPrimitives.ReadUInt32BigEndian(bytes[GraphMessage.GuidLength..]) & UsefulFlag) != 0);

    public void Write(ref WireWriter writer)
    {
        GraphMessage.WriteGuid(ref writer, Id);
        writer.WriteUInt32(IsUseful ? UsefulFlag : 0);
    }
}

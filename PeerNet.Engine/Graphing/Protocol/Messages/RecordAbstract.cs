using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>RECORD_ABSTRACT: a version of a record (MS-PPGRH 2.2.1.6).</summary>
/// <param name="Id">The record's id.</param>
/// <param name="Version">Its version.</param>
internal readonly record struct RecordAbstract(Guid Id, uint Version)
{
    /// <summary>Bytes of an abstract.</summary>
    public const int WireLength = 20;

    public static RecordAbstract Read(ReadOnlySpan<byte> bytes) => new(
        GraphMessage.ReadGuid(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[GraphMessage.GuidLength..]));

    public void Write(ref WireWriter writer)
    {
        GraphMessage.WriteGuid(ref writer, Id);
        writer.WriteUInt32(Version);
    }
}

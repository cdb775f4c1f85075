using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>HASH_INFO_ENTRY: the hash of a range of records and its upper end (MS-PPGRH 2.2.1.7). A range begins where
/// the one before ends.</summary>
/// <param name="Hash">MD5 of the ids and versions of the records.</param>
/// <param name="Modified">Modification time of the last record.</param>
/// <param name="Id">Id of the last record.</param>
internal readonly record struct HashEntry(Bits128 Hash, PeerTime Modified, Guid Id)
{
    /// <summary>Bytes of an entry.</summary>
    public const int WireLength = 40;

    private const int ModifiedOffset = 16;
    private const int IdOffset = 24;

    public static HashEntry Read(ReadOnlySpan<byte> bytes) => new(
        Bits128.Read(bytes),
        new PeerTime(BinaryPrimitives.ReadUInt64BigEndian(bytes[ModifiedOffset..])),
        GraphMessage.ReadGuid(bytes[IdOffset..]));

    public void Write(ref WireWriter writer)
    {
        writer.WriteBits128(Hash);
        writer.WriteUInt64(Modified.Ticks);
        GraphMessage.WriteGuid(ref writer, Id);
    }
}

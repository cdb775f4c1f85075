using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>HASH_ENTRY_BOUNDARY: a range whose hashes differ, and how many records the sender has in it (MS-PPGRH
/// 2.2.1.8). Both ends belong to the range, in the order of modification time, then id.</summary>
internal readonly record struct HashBoundary(
    PeerTime LowerModified, Guid LowerId, PeerTime UpperModified, Guid UpperId, uint Count)
{
    /// <summary>Bytes of a boundary.</summary>
    public const int WireLength = 52;

    private const int LowerIdOffset = 8;
    private const int UpperModifiedOffset = 24;
    private const int UpperIdOffset = 32;
    private const int CountOffset = 48;

    public static HashBoundary Read(ReadOnlySpan<byte> bytes) => new(
        new PeerTime(BinaryPrimitives.ReadUInt64BigEndian(bytes)),
        GraphMessage.ReadGuid(bytes[LowerIdOffset..]),
        new PeerTime(BinaryPrimitives.ReadUInt64BigEndian(bytes[UpperModifiedOffset..])),
        GraphMessage.ReadGuid(bytes[UpperIdOffset..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[CountOffset..]));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt64(LowerModified.Ticks);
        GraphMessage.WriteGuid(ref writer, LowerId);
        writer.WriteUInt64(UpperModified.Ticks);
        GraphMessage.WriteGuid(ref writer, UpperId);
        writer.WriteUInt32(Count);
    }
}

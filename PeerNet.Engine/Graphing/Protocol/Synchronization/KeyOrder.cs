using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>
/// Neighbours in the order of hash synchronization: modification time, then id, as one 192-bit number (MS-PPGRH
/// 3.1.7.31). The text compares each part on its own, and one of them with the wrong end; only as one number do ranges
/// cover the database without gaps.
/// </summary>
internal static class KeyOrder
{
    /// <summary>The lowest place.</summary>
    public static readonly RecordKey First = At(default, Guid.Empty);

    /// <summary>The highest place.</summary>
    public static readonly RecordKey Last = At(new PeerTime(ulong.MaxValue), Guid.AllBitsSet);

    /// <summary>A place, as far as order goes.</summary>
    public static RecordKey At(PeerTime modified, Guid id) => new(modified, id, 0, default);

    /// <summary>The place just before; null before the first.</summary>
    public static RecordKey? Before(RecordKey key)
    {
        UInt128 id = ToNumber(key.Id);
        if (id > 0)
        {
            return At(key.Modified, ToGuid(id - 1));
        }

        return key.Modified.Ticks > 0 ? At(new PeerTime(key.Modified.Ticks - 1), Guid.AllBitsSet) : null;
    }

    /// <summary>The place just after; null after the last.</summary>
    public static RecordKey? After(RecordKey key)
    {
        UInt128 id = ToNumber(key.Id);
        if (id < UInt128.MaxValue)
        {
            return At(key.Modified, ToGuid(id + 1));
        }

        return key.Modified.Ticks < ulong.MaxValue ? At(new PeerTime(key.Modified.Ticks + 1), Guid.Empty) : null;
    }

    private static Bits128 ToNumber(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bits128.Read(bytes);
    }

    private static Guid ToGuid(Bits128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        number.Write(bytes);
        return new Guid(bytes, bigEndian: true);
    }
}

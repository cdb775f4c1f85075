using System.Buffers.Binary;
using System.Numerics;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>CRC-32C of a record's bytes: tells bytes that the disk has changed, which SQLite does not look for. It keeps nobody
/// from changing them on purpose.</summary>
internal static class RecordChecksum
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}

using System.Buffers.Binary;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Wire;

/// <summary>
/// Writes a message into a buffer that the caller has sized. Writing past its end is a programming error and throws
/// <see cref="ArgumentOutOfRangeException"/>. Integers are big-endian unless the name says otherwise.
/// </summary>
internal ref struct WireWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Position];

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(sizeof(ushort)), value);

    public void WriteUInt16LittleEndian(ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), value);

    public void WriteUInt32LittleEndian(uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), value);

    public void WriteUInt64LittleEndian(ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void WriteBits128(Bits128 value) => value.Write(Take(Bits128.Size));

    public void WriteBits128LittleEndian(Bits128 value)
    {
        WriteUInt64LittleEndian(value.Lower);
        WriteUInt64LittleEndian(value.Upper);
    }

    public void WriteBytes(scoped ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Zero bytes.</summary>
    public void WriteZeros(int count) => Take(count).Clear();

    /// <summary>Zero bytes up to the next multiple of <paramref name="alignment"/> from the start of the message.</summary>
    public void Align(int alignment) => WriteZeros((alignment - (Position % alignment)) % alignment);

    /// <summary>The next <paramref name="length"/> bytes, for the caller to fill.</summary>
    public Span<byte> Take(int length)
    {
        Span<byte> taken = _buffer.Slice(Position, length);
        Position += length;
        return taken;
    }
}

using System.Buffers.Binary;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Wire;

/// <summary>
/// Reads a message from hostile bytes. Nothing throws: a read past the end returns <see langword="false"/> and moves
/// nothing. Integers are big-endian unless the name says otherwise.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> buffer)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;

    /// <summary>Bytes read so far, counted from the start of the message.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes that are left.</summary>
    public readonly int Remaining => _buffer.Length - Position;

    public bool TryReadByte(out byte value)
    {
        if (Remaining < 1)
        {
            value = 0;
            return false;
        }

        value = _buffer[Position++];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_buffer[Position..], out value))
        {
            return false;
        }

        Position += sizeof(ushort);
        return true;
    }

    public bool TryReadUInt16LittleEndian(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16LittleEndian(_buffer[Position..], out value))
        {
            return false;
        }

        Position += sizeof(ushort);
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_buffer[Position..], out value))
        {
            return false;
        }

        Position += sizeof(uint);
        return true;
    }

    public bool TryReadUInt32LittleEndian(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(_buffer[Position..], out value))
        {
            return false;
        }

        Position += sizeof(uint);
        return true;
    }

    public bool TryReadUInt64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64BigEndian(_buffer[Position..], out value))
        {
            return false;
        }

        Position += sizeof(ulong);
        return true;
    }

    public bool TryReadUInt64LittleEndian(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(_buffer[Position..], out value))
        {
            return false;
        }

        Position += sizeof(ulong);
        return true;
    }

    public bool TryReadBits128(out Bits128 value)
    {
        ulong lower = 0;
        bool isThere = TryReadUInt64(out ulong upper) && TryReadUInt64(out lower);
        value = new(upper, lower);
        return isThere;
    }

    public bool TryReadBits128LittleEndian(out Bits128 value)
    {
        ulong upper = 0;
        bool isThere = TryReadUInt64LittleEndian(out ulong lower) && TryReadUInt64LittleEndian(out upper);
        value = new(upper, lower);
        return isThere;
    }

    /// <summary>A view of the next <paramref name="length"/> bytes.</summary>
    public bool TryReadBytes(int length, out ReadOnlySpan<byte> value)
    {
        if ((uint)length > (uint)Remaining)
        {
            value = default;
            return false;
        }

        value = _buffer.Slice(Position, length);
        Position += length;
        return true;
    }

    /// <summary>The next 16-bit integer without moving on: tells which optional field follows.</summary>
    public readonly bool TryPeekUInt16(out ushort value) =>
        BinaryPrimitives.TryReadUInt16BigEndian(_buffer[Position..], out value);

    public bool TrySkip(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            return false;
        }

        Position += length;
        return true;
    }

    /// <summary>Moves to the next multiple of <paramref name="alignment"/> from the start of the message.</summary>
    public bool TryAlign(int alignment) => TrySkip((alignment - (Position % alignment)) % alignment);
}

using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace PeerNet.Engine.Core;

/// <summary>
/// 128 bits in a structure. No method that a structure with a <see cref="UInt128"/> in it passes through can be compiled
/// ahead of time, and addresses and ids pass through nearly all of a cloud; so they hold two words. Arithmetic is
/// <see cref="UInt128"/>'s.
/// </summary>
internal readonly record struct Bits128(ulong Upper, ulong Lower) : IComparable<Bits128>
{
    /// <summary>Bytes of it.</summary>
    public const int Size = 16;

    /// <summary>Whether this is the mapped form of an IPv4 address, <c>::ffff:a.b.c.d</c> (RFC 4291 2.5.5.2).</summary>
    public bool IsMappedIPv4 => Upper == 0 && Lower >> 32 == 0xFFFF;

    /// <summary>The mapped form of an IPv4 address.</summary>
    public static Bits128 MappedIPv4(uint address) => new(0, (0xFFFFUL << 32) | address);

    /// <summary>Reads the first sixteen bytes, the most significant first.</summary>
    public static Bits128 Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Upper);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], Lower);
    }

    public static implicit operator Bits128(UInt128 value) => new((ulong)(value >> 64), (ulong)value);

    /// <exception cref="OverflowException">It is negative.</exception>
    public static implicit operator Bits128(long number) => new(0, checked((ulong)number));

    public static implicit operator UInt128(Bits128 bits) => new(bits.Upper, bits.Lower);

    public static Bits128 operator ^(Bits128 left, Bits128 right) => new(left.Upper ^ right.Upper, left.Lower ^ right.Lower);

    /// <summary>The sum modulo 2^128, and one more where <paramref name="carry"/> is set; afterwards that says whether the
    /// sum did not fit.</summary>
    public static Bits128 Add(Bits128 left, Bits128 right, ref bool carry)
    {
        ulong lower = left.Lower + right.Lower + (carry ? 1UL : 0);
        bool over = carry ? lower <= left.Lower : lower < left.Lower;
        ulong upper = left.Upper + right.Upper + (over ? 1UL : 0);
        carry = over ? upper <= left.Upper : upper < left.Upper;
        return new(upper, lower);
    }

    /// <summary>The difference modulo 2^128, and one less where <paramref name="borrow"/> is set; afterwards that says
    /// whether it is below zero.</summary>
    public static Bits128 Subtract(Bits128 left, Bits128 right, ref bool borrow)
    {
        ulong lower = left.Lower - right.Lower - (borrow ? 1UL : 0);
        bool under = borrow ? left.Lower <= right.Lower : left.Lower < right.Lower;
        ulong upper = left.Upper - right.Upper - (under ? 1UL : 0);
        borrow = under ? left.Upper <= right.Upper : left.Upper < right.Upper;
        return new(upper, lower);
    }

    /// <summary>How many bits at the upper end are zero: 0 to 128.</summary>
    public int LeadingZeroCount() =>
        Upper != 0 ? BitOperations.LeadingZeroCount(Upper) : 64 + BitOperations.LeadingZeroCount(Lower);

    public int CompareTo(Bits128 other)
    {
        int upper = Upper.CompareTo(other.Upper);
        return upper != 0 ? upper : Lower.CompareTo(other.Lower);
    }

    /// <summary>Reads what <see cref="ToString"/> gives, in either letter case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Bits128 bits)
    {
        const int Half = Size;
        (ulong upper, ulong lower) = (0, 0);
        bool isHexadecimal = text.Length == 2 * Half
            && ulong.TryParse(text[..Half], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out upper)
            && ulong.TryParse(text[Half..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out lower);
        bits = new(upper, lower);
        return isHexadecimal;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Upper:x16}{Lower:x16}");
}

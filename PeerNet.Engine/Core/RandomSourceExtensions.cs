using System.Buffers.Binary;

namespace PeerNet.Engine.Core;

/// <summary>Numbers from an <see cref="IRandomSource"/>.</summary>
internal static class RandomSourceExtensions
{
    public static uint NextUInt32(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        random.Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public static ulong NextUInt64(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        random.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public static Bits128 NextBits128(this IRandomSource random) => new(random.NextUInt64(), random.NextUInt64());

    /// <summary>An identifier of version 4, random, of the variant of RFC 4122.</summary>
    public static Guid NextGuid(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A number from 0 to <paramref name="exclusiveMaximum"/> − 1; the bias is below 2^-32.</summary>
    public static int Next(this IRandomSource random, int exclusiveMaximum) =>
        (int)Math.BigMul(random.NextUInt64(), (ulong)exclusiveMaximum, out _);

    /// <summary>A number in [0, 1).</summary>
    public static double NextDouble(this IRandomSource random) => (random.NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A time span in [0, <paramref name="exclusiveMaximum"/>).</summary>
    public static TimeSpan NextTimeSpan(this IRandomSource random, TimeSpan exclusiveMaximum) =>
        exclusiveMaximum * random.NextDouble();
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// Where segments of version 2 end: FastCDC with normalised chunking. MS-PCCRC leaves it open; equal runs of bytes get equal
/// segments, wherever in a file they are, as long as all servers cut alike.
/// </summary>
/// <remarks>
/// A segment ends behind a byte where the gear hash of the 64 bytes up to it is small: its highest 18 bits are zero for
/// lengths above 16 KiB and up to 64 KiB, its highest 14 bits beyond; at 128 KiB it ends anyhow. The gear hash of bytes is
/// h = 2h + gear[byte] modulo 2^64; gear[n] is the first eight bytes, big-endian, of SHA-512 of the ASCII text
/// "PeerNet content chunker 1" followed by the byte n.
/// </remarks>
internal static class ContentChunker
{
    /// <summary>Shortest segment but the last, in bytes.</summary>
    public const int MinimumLength = 16 * 1024;

    /// <summary>The length that cuts are steered to, in bytes.</summary>
    public const int TargetLength = 64 * 1024;

    /// <summary>Longest segment, in bytes.</summary>
    public const int MaximumLength = V2InformationCodec.MaximumSegmentLength;

    private const int Window = 64;
    private const int Step = 8;
    private const ulong RareLimit = 1UL << (64 - 18);
    private const ulong FrequentLimit = 1UL << (64 - 14);

    private static readonly ulong[] Gear = CreateGear();

    /// <summary>The length of the first segment of <paramref name="content"/>.</summary>
    /// <param name="content">Content from the start of a segment: <see cref="MaximumLength"/> bytes or more, or all that is
    /// left.</param>
    public static int FindCut(ReadOnlySpan<byte> content)
    {
        if (content.Length <= MinimumLength)
        {
            return content.Length;
        }

        int target = Math.Min(content.Length, TargetLength);
        int end = Math.Min(content.Length, MaximumLength);
        return Scan(content, MinimumLength, target, RareLimit) ?? Scan(content, target, end, FrequentLimit) ?? end;
    }

    private static ulong Roll(ReadOnlySpan<byte> window)
    {
        ulong hash = 0;
        foreach (byte value in window)
        {
            hash = hash + hash + Gear[value];
        }

        return hash;
    }

    // The first cut behind more than from bytes and at most to. Eight bytes a round: the sums depend on each other, and
    // the comparisons must not wait between them.
    private static int? Scan(ReadOnlySpan<byte> content, int from, int to, ulong limit)
    {
        ulong hash = Roll(content[(from - Window)..from]);
        ReadOnlySpan<byte> rest = content[from..to];
        ref byte bytes = ref MemoryMarshal.GetReference(rest);
        ref ulong gear = ref MemoryMarshal.GetArrayDataReference(Gear);
        int at = 0;
        for (; at <= rest.Length - Step; at += Step)
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at));
            if (!BitConverter.IsLittleEndian)
            {
                word = BinaryPrimitives.ReverseEndianness(word);
            }

            ulong hash1 = hash + hash + Unsafe.Add(ref gear, (nint)(byte)word);
            ulong hash2 = hash1 + hash1 + Unsafe.Add(ref gear, (nint)(byte)(word >> 8));
            ulong hash3 = hash2 + hash2 + Unsafe.Add(ref gear, (nint)(byte)(word >> 16));
            ulong hash4 = hash3 + hash3 + Unsafe.Add(ref gear, (nint)(byte)(word >> 24));
            ulong hash5 = hash4 + hash4 + Unsafe.Add(ref gear, (nint)(byte)(word >> 32));
            ulong hash6 = hash5 + hash5 + Unsafe.Add(ref gear, (nint)(byte)(word >> 40));
            ulong hash7 = hash6 + hash6 + Unsafe.Add(ref gear, (nint)(byte)(word >> 48));
            hash = hash7 + hash7 + Unsafe.Add(ref gear, (nint)(byte)(word >> 56));
            if (hash1 < limit || hash2 < limit || hash3 < limit || hash4 < limit
                || hash5 < limit || hash6 < limit || hash7 < limit || hash < limit)
            {
                break;
            }
        }

        return ScanSlowly(content, from + at, to, limit);
    }

    private static int? ScanSlowly(ReadOnlySpan<byte> content, int from, int to, ulong limit)
    {
        ulong hash = Roll(content[(from - Window)..from]);
        for (int at = from; at < to; at++)
        {
            hash = hash + hash + Gear[content[at]];
            if (hash < limit)
            {
                return at + 1;
            }
        }

        return null;
    }

    private static ulong[] CreateGear()
    {
        byte[] source = [.. "PeerNet content chunker 1"u8, 0];
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        ulong[] gear = new ulong[256];
        for (int value = 0; value < gear.Length; value++)
        {
            source[^1] = (byte)value;
            SHA512.HashData(source, hash);
            gear[value] = BinaryPrimitives.ReadUInt64BigEndian(hash);
        }

        return gear;
    }
}

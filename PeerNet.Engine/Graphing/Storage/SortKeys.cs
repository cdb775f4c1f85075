using System.Buffers.Binary;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Values that the database sorts as the values sort that they stand for.</summary>
internal static class SortKeys
{
    /// <summary>Most bytes of a text's key; longer texts share the key of their beginning.</summary>
    public const int MaximumText = 256;

    /// <summary>Bytes of an id.</summary>
    public const int IdLength = 16;

    private const ulong SignBit = 1UL << 63;

    /// <summary>The database's integers are signed, peer times are not.</summary>
    public static long OfTime(PeerTime time) => unchecked((long)(time.Ticks ^ SignBit));

    public static PeerTime ToTime(long key) => new(unchecked((ulong)key) ^ SignBit);

    /// <summary>The most significant byte first, as on the wire.</summary>
    public static byte[] OfId(Guid id) => id.ToByteArray(bigEndian: true);

    public static Guid ToId(ReadOnlySpan<byte> key) => new(key, bigEndian: true);

    /// <summary>The key of an attribute's value, in the order of its type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="text">A value of the type.</param>
    public static byte[] OfValue(PeerAttributeType type, string text) => type switch
    {
        PeerAttributeType.Number => OfNumber(text),
        PeerAttributeType.Date => IsoDate.TryRead(text, out DateTimeOffset date) ? OfDate(date) : [],
        _ => OfText(text),
    };

    /// <summary>The key of a text: its units, most significant byte first, up to a limit.</summary>
    public static byte[] OfText(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> kept = text[..Math.Min(text.Length, MaximumText / sizeof(char))];
        byte[] key = new byte[kept.Length * sizeof(char)];
        RecordText.Encode(kept, key);
        return key;
    }

    // The number of digits, then the digits.
    private static byte[] OfNumber(ReadOnlySpan<char> digits)
    {
        ReadOnlySpan<char> significant = digits.TrimStart('0');
        byte[] key = new byte[sizeof(ushort) + significant.Length];
        BinaryPrimitives.WriteUInt16BigEndian(key, (ushort)significant.Length);
        for (int i = 0; i < significant.Length; i++)
        {
            key[sizeof(ushort) + i] = (byte)significant[i];
        }

        return key;
    }

    private static byte[] OfDate(DateTimeOffset date)
    {
        byte[] key = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, date.UtcTicks);
        return key;
    }
}

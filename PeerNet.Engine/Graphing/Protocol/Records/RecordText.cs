using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>
/// Strings of records (MS-PPGRH 2.2.1.9): the length in UTF-16 units with the NUL, in four bytes, then the units and the NUL.
/// An absent string is the length 0 alone.
/// </summary>
/// <remarks>The specification says "Unicode" and that all fields are big-endian where nothing else is noted; nothing is, so
/// the units are written big-endian and with a NUL. They are read in either order, and without it. A lone surrogate stays
/// what it is.</remarks>
internal static class RecordText
{
    private const int NulLength = 1;

    /// <summary>Bytes of a string that must be there.</summary>
    public static int GetLength(string text) => sizeof(uint) + ((text.Length + NulLength) * sizeof(char));

    /// <summary>Bytes of a string that is absent when it is empty.</summary>
    public static int GetOptionalLength(string text) => text.Length == 0 ? sizeof(uint) : GetLength(text);

    /// <summary>Reads a string of 1 to <paramref name="maximum"/> units without its NUL. Nothing throws.</summary>
    public static bool TryRead(
        ref WireReader reader, int maximum, out string text, TextOrder order = TextOrder.BigEndian) =>
        TryReadOptional(ref reader, maximum, out text, order) && text.Length > 0;

    /// <summary>Reads a string that may be absent. A string of a NUL alone, or with a NUL inside, is none.</summary>
    public static bool TryReadOptional(
        ref WireReader reader, int maximum, out string text, TextOrder order = TextOrder.BigEndian)
    {
        text = "";
        if (!reader.TryReadUInt32(out uint units) || (units > 0 && units - NulLength > maximum))
        {
            return false;
        }

        return units == 0
            || ((ulong)units * sizeof(char) <= (ulong)reader.Remaining
                && reader.TryReadBytes((int)units * sizeof(char), out ReadOnlySpan<byte> bytes)
                && TryDecode(bytes is [.., 0, 0] ? bytes[..^sizeof(char)] : bytes, order, out text)
                && text.Length <= maximum);
    }

    /// <summary>Writes a string that must be there.</summary>
    public static void Write(ref WireWriter writer, string text)
    {
        writer.WriteUInt32((uint)(text.Length + NulLength));
        Encode(text, writer.Take(text.Length * sizeof(char)));
        writer.WriteZeros(NulLength * sizeof(char));
    }

    /// <summary>Writes a string, or that there is none.</summary>
    public static void WriteOptional(ref WireWriter writer, string text)
    {
        if (text.Length == 0)
        {
            writer.WriteUInt32(0);
            return;
        }

        Write(ref writer, text);
    }

    /// <summary>Writes the units alone. Their bytes sort as the strings do in ordinal order.</summary>
    /// <param name="text">The string.</param>
    /// <param name="destination">Two bytes for each unit.</param>
    public static void Encode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        for (int i = 0; i < text.Length; i++)
        {
            destination[i * sizeof(char)] = (byte)(text[i] >> 8);
            destination[(i * sizeof(char)) + 1] = (byte)text[i];
        }
    }

    /// <summary>Reads the units alone.</summary>
    /// <param name="bytes">Two bytes for each unit.</param>
    /// <param name="order">Which of them comes first.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, TextOrder order)
    {
        int high = order == TextOrder.BigEndian ? 0 : 1;
        return string.Create(bytes.Length / sizeof(char), bytes, (units, bytes) =>
        {
            for (int i = 0; i < units.Length; i++)
            {
                units[i] = (char)((bytes[(i * sizeof(char)) + high] << 8) | bytes[(i * sizeof(char)) + 1 - high]);
            }
        });
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, TextOrder order, out string text)
    {
        text = Decode(bytes, order);
        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);
    }
}

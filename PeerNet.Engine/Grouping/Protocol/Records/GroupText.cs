using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>
/// Strings in the records of groups (MS-PPSEC 2.2.3.1): their bytes with the NUL, in four bytes, then UTF-16 and the NUL.
/// The length 0 is the empty string.
/// </summary>
/// <remarks>Numbers and units are big-endian, as everything else in a graph.</remarks>
internal static class GroupText
{
    private const int NulLength = sizeof(char);

    /// <summary>Bytes of a string.</summary>
    public static int GetLength(string text) =>
        sizeof(uint) + (text.Length == 0 ? 0 : (text.Length * sizeof(char)) + NulLength);

    /// <summary>Reads a string of at most <paramref name="maximum"/> bytes, the NUL included. Nothing throws.</summary>
    public static bool TryRead(ref WireReader reader, int maximum, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!reader.TryReadUInt32(out uint length)
            || length > (uint)maximum
            || length % sizeof(char) != 0
            || !reader.TryReadBytes((int)length, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        if (length == 0)
        {
            text = "";
            return true;
        }

        text = RecordText.Decode(bytes[..^NulLength], TextOrder.BigEndian);
        return length > NulLength && bytes is [.., 0, 0] && !text.Contains('\0', StringComparison.Ordinal);
    }

    /// <summary>Writes a string.</summary>
    public static void Write(ref WireWriter writer, string text)
    {
        writer.WriteUInt32((uint)(GetLength(text) - sizeof(uint)));
        if (text.Length > 0)
        {
            RecordText.Encode(text, writer.Take(text.Length * sizeof(char)));
            writer.WriteZeros(NulLength);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>The NUL-terminated UTF-8 strings of messages. A lone surrogate cannot be one of theirs.</summary>
internal static class MessageText
{
    /// <summary>Longest id or name, in UTF-16 units.</summary>
    public const int MaximumUnits = 255;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether a text can be sent: 1 to 255 units, without NUL or lone surrogate.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaximumUnits
        && !text.Contains('\0', StringComparison.Ordinal)
        && !HasLoneSurrogate(text);

    /// <summary>Bytes of a text with its NUL.</summary>
    public static int GetLength(string text) => Strict.GetByteCount(text) + 1;

    /// <summary>Reads the text that begins at an offset and ends with a NUL before a limit.</summary>
    /// <returns>False for an impossible place, a missing NUL, invalid UTF-8, or more than 255 units; nothing throws.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, int offset, int limit, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (offset < 0 || limit > bytes.Length || offset >= limit)
        {
            return false;
        }

        ReadOnlySpan<byte> region = bytes[offset..limit];
        int length = region.IndexOf((byte)0);
        if (length < 0 || length > MaximumUnits * 3 || !Utf8.IsValid(region[..length]))
        {
            return false;
        }

        text = Strict.GetString(region[..length]);
        return text.Length <= MaximumUnits;
    }

    /// <summary>Writes a text and its NUL.</summary>
    public static void Write(ref WireWriter writer, string text)
    {
        Strict.GetBytes(text, writer.Take(Strict.GetByteCount(text)));
        writer.WriteByte(0);
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// Texts of applications, which travel in UTF-8 or in UTF-16LE. What a peer wrote stays as it is, control characters and
/// lone surrogates included; views escape it.
/// </summary>
internal static class PeerText
{
    private static readonly UTF8Encoding Utf8Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a text. False for NUL, for half a code unit and for invalid UTF-8; nothing throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, bool isUtf8, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (isUtf8 ? !Utf8.IsValid(bytes) : bytes.Length % sizeof(char) != 0)
        {
            return false;
        }

        string decoded = isUtf8 ? Utf8Strict.GetString(bytes) : FromUtf16(bytes);
        text = decoded.Contains('\0', StringComparison.Ordinal) ? null : decoded;
        return text is not null;
    }

    /// <summary>Writes a text in the shorter encoding that can carry it: UTF-8, unless UTF-16 is shorter, the text has
    /// lone surrogates, or UTF-8 would be below <paramref name="minimumUtf8"/> bytes.</summary>
    public static byte[] Encode(string text, int minimumUtf8, out bool isUtf8)
    {
        byte[] utf16 = Utf16.Encode(text);
        isUtf8 = TryEncodeUtf8(text, out byte[]? utf8) && utf8.Length <= utf16.Length && utf8.Length >= minimumUtf8;
        return isUtf8 ? utf8! : utf16;
    }

    private static bool TryEncodeUtf8(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        byte[] buffer = new byte[text.Length * 3];
        bool whole = Utf8.FromUtf16(text, buffer, out _, out int written, replaceInvalidSequences: false)
            == System.Buffers.OperationStatus.Done;
        bytes = whole ? buffer[..written] : null;
        return whole;
    }

    private static string FromUtf16(ReadOnlySpan<byte> bytes) =>
        string.Create(bytes.Length / sizeof(char), bytes, static (text, source) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (char)(source[i * sizeof(char)] | (source[(i * sizeof(char)) + 1] << 8));
            }
        });
}

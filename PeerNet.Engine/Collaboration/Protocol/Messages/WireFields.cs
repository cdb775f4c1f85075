using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>The fields that messages are made of (PROTOCOL.md 1).</summary>
internal static class WireFields
{
    /// <summary>Bytes of an id.</summary>
    public const int IdLength = 16;

    /// <summary>Longest text, in UTF-16 units.</summary>
    public const int MaximumText = PeerSignIn.MaximumText;

    private const int MaximumBytesOfUnit = 3;

    public static int LengthOf(string text) => sizeof(ushort) + Encoding.UTF8.GetByteCount(text);

    public static int LengthOf(byte[] content) => sizeof(uint) + content.Length;

    /// <summary>Whether a text can be sent: within the limit, without NUL and lone surrogates.</summary>
    public static bool IsText(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune) || rune.Value == 0)
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return text.Length <= MaximumText;
    }

    public static bool TryReadId(this ref WireReader reader, out Guid id)
    {
        bool isRead = reader.TryReadBytes(IdLength, out ReadOnlySpan<byte> bytes);
        id = isRead ? new Guid(bytes, bigEndian: true) : Guid.Empty;
        return isRead;
    }

    public static bool TryReadText(this ref WireReader reader, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!reader.TryReadUInt16(out ushort length) || length > MaximumText * MaximumBytesOfUnit
            || !reader.TryReadBytes(length, out ReadOnlySpan<byte> bytes)
            || !Utf8.IsValid(bytes) || bytes.Contains((byte)0) || Encoding.UTF8.GetCharCount(bytes) > MaximumText)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    public static bool TryReadContent(this ref WireReader reader, int maximum, [NotNullWhen(true)] out byte[]? content)
    {
        content = reader.TryReadUInt32(out uint length) && length <= maximum
            && reader.TryReadBytes((int)length, out ReadOnlySpan<byte> bytes)
            ? bytes.ToArray()
            : null;
        return content is not null;
    }

    public static void WriteId(this ref WireWriter writer, Guid id) => id.TryWriteBytes(writer.Take(IdLength), bigEndian: true, out _);

    public static void WriteText(this ref WireWriter writer, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        writer.WriteUInt16((ushort)length);
        Encoding.UTF8.GetBytes(text, writer.Take(length));
    }

    public static void WriteContent(this ref WireWriter writer, byte[] content)
    {
        writer.WriteUInt32((uint)content.Length);
        writer.WriteBytes(content);
    }
}

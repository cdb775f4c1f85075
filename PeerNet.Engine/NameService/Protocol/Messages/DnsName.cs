using System.Text;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.NameService.Protocol.Messages;

/// <summary>Names as questions carry them: labels of 1 to 63 bytes, each behind its length, and an empty one (RFC 1035 3.1).</summary>
internal static class DnsName
{
    /// <summary>Longest name in bytes (RFC 1035 2.3.4).</summary>
    public const int MaximumLength = 255;

    private const int MaximumLabel = 63;
    private const int PointerBits = 0xC0;

    /// <summary>Goes over a name that stands first in a message, so that there is nothing which it could point at.</summary>
    public static bool TryRead(scoped ref WireReader reader)
    {
        int start = reader.Position;
        while (reader.TryReadByte(out byte length) && length <= MaximumLabel && reader.TrySkip(length))
        {
            if (reader.Position - start > MaximumLength)
            {
                return false;
            }

            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Skips a name of any record. A pointer (RFC 1035 4.1.4) ends it, and is not followed.</summary>
    public static bool TrySkip(scoped ref WireReader reader)
    {
        while (reader.TryReadByte(out byte length))
        {
            if (length >= PointerBits)
            {
                return reader.TrySkip(1);
            }

            if (length == 0 || length > MaximumLabel || !reader.TrySkip(length))
            {
                return length == 0;
            }
        }

        return false;
    }

    /// <summary>The same name in lower case, ASCII letters only (RFC 4343 3).</summary>
    /// <returns>Whether it differs.</returns>
    public static bool ToLower(ReadOnlySpan<byte> name, Span<byte> lower)
    {
        bool differs = false;
        for (int i = 0; i < name.Length; i++)
        {
            // Lengths of labels are below 'A'.
            bool isUpper = name[i] is >= (byte)'A' and <= (byte)'Z';
            lower[i] = isUpper ? (byte)(name[i] | 0x20) : name[i];
            differs |= isUpper;
        }

        return differs;
    }

    /// <summary>The first label of a name; empty for the root's.</summary>
    public static ReadOnlySpan<byte> FirstLabel(ReadOnlySpan<byte> name) => name.Slice(1, name[0]);

    /// <summary>What follows the first label.</summary>
    public static ReadOnlySpan<byte> AfterFirst(ReadOnlySpan<byte> name) => name[(1 + name[0])..];

    /// <summary>The name as text, labels between dots; null where a label has anything but letters, digits, hyphens and
    /// underscores, so that its text would not tell where it ends.</summary>
    public static string? ToText(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(MaximumLength);
        for (; name[0] != 0; name = AfterFirst(name))
        {
            foreach (byte letter in FirstLabel(name))
            {
                if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'-' or (byte)'_'))
                {
                    return null;
                }

                text.Append((char)letter);
            }

            text.Append(name[1 + name[0]] == 0 ? "" : ".");
        }

        return text.ToString();
    }
}

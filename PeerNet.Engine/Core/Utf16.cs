using System.Runtime.InteropServices;

namespace PeerNet.Engine.Core;

/// <summary>UTF-16LE without NUL: what the protocols call Unicode. A lone surrogate stays what it is.</summary>
internal static class Utf16
{
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[text.Length * sizeof(char)];
        Write(text, bytes);
        return bytes;
    }

    public static void Write(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(text).CopyTo(destination);
            return;
        }

        for (int i = 0; i < text.Length; i++)
        {
            destination[i * sizeof(char)] = (byte)text[i];
            destination[(i * sizeof(char)) + 1] = (byte)(text[i] >> 8);
        }
    }

    /// <summary>The text of an even number of bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        char[] units = new char[bytes.Length / sizeof(char)];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = (char)(bytes[i * sizeof(char)] | (bytes[(i * sizeof(char)) + 1] << 8));
        }

        return new string(units);
    }
}

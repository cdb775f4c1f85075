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
}

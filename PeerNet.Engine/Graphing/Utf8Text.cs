using System.Text;

namespace PeerNet.Engine.Graphing;

/// <summary>Bytes that may be text.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text; null where the bytes are none. Nothing throws.</summary>
    public static string? Read(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0) ? Strict.GetString(bytes) : null;
}

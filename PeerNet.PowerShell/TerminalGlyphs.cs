using System.Management.Automation;
using System.Reflection;
using System.Text;

namespace PeerNet.PowerShell;

/// <summary>Whether signs beyond letters are shown: where the encoding of the output has them, and nobody has asked for plain
/// text.</summary>
internal static class TerminalGlyphs
{
    private const string PlainText = "PlainText";

    // Newer than the library that this assembly is compiled against.
    private static readonly PropertyInfo? Style =
        typeof(PSObject).Assembly.GetType("System.Management.Automation.PSStyle")?.GetProperty("Instance");

    private static readonly PropertyInfo? Rendering = Style?.PropertyType.GetProperty("OutputRendering");

    /// <summary>The sign before the word, or the word alone.</summary>
    public static string Mark(char sign, string word) => AreShown(sign) ? $"{sign} {word}" : word;

    private static bool AreShown(char sign) =>
        !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.OrdinalIgnoreCase)
        && Rendering?.GetValue(Style!.GetValue(null))?.ToString() != PlainText
        && CanEncode(Console.OutputEncoding, sign);

    private static bool CanEncode(Encoding encoding, char sign) => encoding.GetString(encoding.GetBytes([sign])) is [var same] && same == sign;
}

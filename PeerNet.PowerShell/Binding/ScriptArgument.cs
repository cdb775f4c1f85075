using System.Globalization;
using System.Management.Automation.Language;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Binding;

/// <summary>Values as arguments in a script.</summary>
internal static class ScriptArgument
{
    // What ends a string in double quotes or means something in it; PowerShell takes typographic quotes for plain ones.
    private const string Special = "\"\u201c\u201d\u201e`$";

    /// <summary>
    /// The value, quoted where it has to be. What drives a terminal is written as <c>`u{hex}</c>, so that the line where it
    /// stands can be shown.
    /// </summary>
    public static string Quote(string value) =>
        IsBare(value) ? value
        : TerminalText.IsSafe(value) ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'"
        : $"\"{string.Concat(value.Select(Escape))}\"";

    private static bool IsBare(string value) =>
        value.Length > 0
        && (char.IsAsciiLetter(value[0]) || value[0] == '_')
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    // Outside ASCII everything is a number, for characters beyond 16 bits come in two parts.
    private static string Escape(char part) =>
        Special.Contains(part, StringComparison.Ordinal) ? $"`{part}"
        : char.IsAscii(part) && !char.IsControl(part) ? part.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"`u{{{(int)part:x}}}");
}

using System.Globalization;
using System.Text;

namespace PeerNet.PowerShell;

/// <summary>Text of other peers, made safe for a terminal. The format views use it.</summary>
public static class PeerText
{
    /// <summary>
    /// The text with whatever could drive a terminal, or make it show something else, as <c>\u{hex}</c>: control and
    /// formatting characters (Unicode Cc, Cf), line and paragraph separators, lone surrogates.
    /// </summary>
    public static string Escape(object? text)
    {
        string plain = text?.ToString() ?? "";
        if (plain.All(IsPlain))
        {
            return plain;
        }

        var safe = new StringBuilder(plain.Length + 16);
        foreach (Rune rune in plain.EnumerateRunes())
        {
            // A lone surrogate reads as U+FFFD, which is safe.
            if (IsSafe(Rune.GetUnicodeCategory(rune)))
            {
                safe.Append(rune.ToString());
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return safe.ToString();
    }

    private static bool IsPlain(char character) =>
        !char.IsSurrogate(character) && IsSafe(char.GetUnicodeCategory(character));

    private static bool IsSafe(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}

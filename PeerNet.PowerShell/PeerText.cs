using System.Globalization;
using System.Text;

namespace PeerNet.PowerShell;

/// <summary>Text for people: that of other peers made safe for a terminal, and numbers of bytes. The format views use it.</summary>
public static class PeerText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

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

    /// <summary>A number of bytes in three digits or four, such as <c>1.50 GiB</c>.</summary>
    public static string FormatBytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (Math.Abs(value) >= 1000 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string format = unit == 0 || Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    private static bool IsPlain(char character) =>
        !char.IsSurrogate(character) && IsSafe(char.GetUnicodeCategory(character));

    private static bool IsSafe(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}

using System.Globalization;
using System.Text;

namespace PeerNet.Engine.Core;

/// <summary>
/// Text that others wrote, made fit for people: a server, a peer or a file must not drive the terminal that shows what it
/// says, nor make it show something else. Messages, logs and views have one rule, and this is it.
/// </summary>
public static class TerminalText
{
    /// <summary>
    /// The text with whatever could drive a terminal as <c>\u{hex}</c>: control and formatting characters (Unicode Cc, Cf),
    /// line and paragraph separators, lone surrogates. What is escaped already stays as it is.
    /// </summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsSafe(text))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length;)
        {
            bool isRune = Rune.TryGetRuneAt(text, i, out Rune rune);
            int value = isRune ? rune.Value : text[i];
            int length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && IsSafe(Rune.GetUnicodeCategory(rune)))
            {
                safe.Append(text, i, length);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}");
            }

            i += length;
        }

        return safe.ToString();
    }

    /// <summary>Whether a terminal shows the text as it is.</summary>
    public static bool IsSafe(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune) || !IsSafe(Rune.GetUnicodeCategory(rune)))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    private static bool IsSafe(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}

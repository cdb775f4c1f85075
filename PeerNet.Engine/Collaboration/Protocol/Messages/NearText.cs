using System.Text;
using System.Xml;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>Texts that people choose, made fit for a datagram.</summary>
internal static class NearText
{
    /// <summary>Longest text, in UTF-16 code units.</summary>
    public const int MaximumUnits = 255;

    /// <summary>Most bytes of a text that is written, as XML: what those units take where none needs escaping.</summary>
    public const int MaximumBytes = 3 * MaximumUnits;

    /// <summary>
    /// The text as others will read it: control characters, unpaired surrogates and whatever else XML cannot carry are
    /// U+FFFD, and what is too long is cut.
    /// </summary>
    public static string Fit(string text)
    {
        var fit = new StringBuilder(Math.Min(text.Length, MaximumUnits));
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune carried = IsCarried(rune) ? rune : Rune.ReplacementChar;
            bytes += LengthOf(carried);
            if (bytes > MaximumBytes || fit.Length + carried.Utf16SequenceLength > MaximumUnits)
            {
                break;
            }

            fit.Append(carried.ToString());
        }

        return fit.ToString();
    }

    private static bool IsCarried(Rune rune) =>
        !Rune.IsControl(rune) && (!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value));

    // Escaped where XML demands it.
    private static int LengthOf(Rune rune) => rune.Value switch
    {
        '&' => "&amp;".Length,
        '<' or '>' => "&lt;".Length,
        _ => rune.Utf8SequenceLength,
    };
}

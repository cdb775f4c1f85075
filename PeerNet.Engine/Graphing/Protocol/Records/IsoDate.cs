using System.Globalization;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>
/// Dates of attributes and searches: the forms of ISO 8601 that the W3C's note on date and time formats lists, which the
/// Peer-to-Peer SDK refers to: a year, a month, a day, or a day with a time to the minute, second or fraction.
/// </summary>
/// <remarks>A date is its first moment. A time without a zone, which the note does not have but ISO 8601 does, is UTC.</remarks>
internal static class IsoDate
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK", "yyyy-MM", "yyyy",
    ];

    /// <summary>Reads a date; false where it is none, or outside the years 1 to 9999. Nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
        text,
        Formats,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out date);

    /// <summary>Writes a moment in UTC, to the tick.</summary>
    public static string Write(DateTimeOffset date) =>
        date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
}

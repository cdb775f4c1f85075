using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell;

/// <summary>Text for people: that of other peers made safe for a terminal, and numbers of bytes. The format views use it.</summary>
public static class PeerText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>
    /// The text with whatever could drive a terminal, or make it show something else, as <c>\u{hex}</c>: control and
    /// formatting characters (Unicode Cc, Cf), line and paragraph separators, lone surrogates.
    /// </summary>
    public static string Escape(object? text) => TerminalText.Escape(text?.ToString() ?? "");

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

    /// <summary>A time where the reader is, such as <c>2026-11-29 18:04:31</c>; empty for none.</summary>
    public static string FormatTime(DateTimeOffset? time) =>
        time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>What a person is doing, behind a sign where the terminal has it: <c>● Online</c>, <c>◐ Away</c>, <c>○ Offline</c>.</summary>
    /// <param name="status">A presence status.</param>
    public static string FormatPresence(object? status)
    {
        string word = status?.ToString() ?? "";
        return word switch
        {
            "" => "",
            nameof(PeerPresenceStatus.Online) => TerminalGlyphs.Mark('\u25cf', word),
            nameof(PeerPresenceStatus.Offline) => TerminalGlyphs.Mark('\u25cb', word),
            _ => TerminalGlyphs.Mark('\u25d0', word),
        };
    }

    /// <summary>An authentication string in two halves, which are easier to read out.</summary>
    public static string FormatAuthentication(string? digits) => Escape(AuthenticationText.Format(digits ?? ""));
}

using System.Globalization;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>One message of a log.</summary>
/// <param name="Time">When it was logged.</param>
/// <param name="Level">How serious it is.</param>
/// <param name="Category">Who logged it.</param>
/// <param name="EventId">The number of its kind.</param>
/// <param name="Message">What it says, escaped.</param>
/// <param name="Cause">What went wrong; null for nothing.</param>
internal readonly record struct LogLine(
    DateTimeOffset Time, LogLevel Level, string Category, int EventId, string Message, Exception? Cause)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // As Microsoft.Extensions.Logging's own formatters abbreviate them.
    private static readonly string[] Words = ["trce", "dbug", "info", "warn", "fail", "crit"];

    /// <summary>The line for people: when, how serious, who and what.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)} {Words[(int)Level]} {Text}");

    /// <summary>The line for journald, which knows the time, with the number of syslog's severity (sd-daemon(3)).</summary>
    public string ToJournal() => string.Create(CultureInfo.InvariantCulture, $"<{Severity}>{Text}");

    /// <summary>Who and what, in one line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Category}[{EventId}] {Message}{DescribeCause()}");

    private int Severity => Level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private string DescribeCause() => Cause is null
        ? ""
        : string.Concat(Cause.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => " " + TerminalText.Escape(line.Trim())));
}

using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>The operating system's log: what takes standard error, such as journald; on Windows the event log.</summary>
internal static class SystemLog
{
    // Set by systemd for processes whose output the journal takes (systemd.exec(5)).
    private const string JournalVariable = "JOURNAL_STREAM";

    /// <summary>Writes messages there.</summary>
    public static Action<IReadOnlyList<LogLine>> Open() => OperatingSystem.IsWindows()
        ? WindowsEventLog.Write
        : Open(Console.OpenStandardError(), Environment.GetEnvironmentVariable(JournalVariable) is { Length: > 0 });

    /// <summary>Writes messages to a stream, as journald takes them or with their time.</summary>
    public static Action<IReadOnlyList<LogLine>> Open(Stream stream, bool isJournal) => lines =>
    {
        var text = new StringBuilder();
        foreach (LogLine line in lines)
        {
            text.Append(isJournal ? line.ToJournal() : line.ToString()).Append('\n');
        }

        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        stream.Flush();
    };
}

/// <summary>The event log of Windows. PowerShell brings the assembly for it.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsEventLog
{
    // The source that .NET brings with Windows: one of our own would have to be registered by an administrator. It has a text for
    // this number alone.
    private const string Source = ".NET Runtime";
    private const int EventId = 1000;

    // What ReportEvent takes (winbase.h).
    private const int MaximumLength = 31_839;

    public static void Write(IReadOnlyList<LogLine> lines)
    {
        foreach (LogLine line in lines)
        {
            string text = line.Text;
            EventLog.WriteEntry(Source, text.Length > MaximumLength ? text[..MaximumLength] : text, TypeOf(line.Level), EventId);
        }
    }

    private static EventLogEntryType TypeOf(LogLevel level) => level switch
    {
        >= LogLevel.Error => EventLogEntryType.Error,
        LogLevel.Warning => EventLogEntryType.Warning,
        _ => EventLogEntryType.Information,
    };
}

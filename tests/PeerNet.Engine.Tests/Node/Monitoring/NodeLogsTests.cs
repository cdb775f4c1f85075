using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Node;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node.Monitoring;

public sealed class NodeLogsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string LogPath => _folder.Combine("node.log");

    private string Written => File.ReadAllText(LogPath);

    public static TheoryData<string> Hostile => HostileTexts.All;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_line_has_the_time_the_level_the_source_and_the_message()
    {
        await using (NodeLogs logs = Open())
        {
            NodeLog.Started(logs.CreateLogger("PeerNet.Engine.Node.PeerNode"), "cache", "/var/lib/cache");
        }

        Assert.Equal(
            "2026-01-01T00:00:00.000Z info PeerNet.Engine.Node.PeerNode[1000] Node cache started; its state is in /var/lib/cache.\n",
            Written);
    }

    [Fact]
    public async Task A_cause_is_in_the_same_line()
    {
        await using (NodeLogs logs = Open())
        {
            NodeLog.ObserverFailed(logs.CreateLogger("of"), new IOException("first", new IOException("sec\nond")));
        }

        string line = Assert.Single(Written.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("fail of[1003] An event observer failed. System.IO.IOException: first", line);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Text_of_others_stays_in_its_line(string text)
    {
        await using (NodeLogs logs = Open())
        {
            var escaping = new EscapingLoggerFactory(logs);
            NodeLog.ComponentFailed(escaping.CreateLogger("of"), "source", text);
            NodeLog.ObserverFailed(escaping.CreateLogger("of"), new IOException(text));
        }

        Assert.Equal(2, Written.Count(c => c == '\n'));
        Assert.DoesNotContain(Written, c => c != '\n' && char.IsControl(c));
    }

    [Fact]
    public async Task The_level_may_change_at_any_time()
    {
        await using (NodeLogs logs = Open())
        {
            ILogger logger = logs.CreateLogger("of");
            Say(logger, LogLevel.Debug, "unheard");
            logs.Level = PeerLogLevel.Debug;
            Say(logger, LogLevel.Debug, "heard");
            logs.Level = PeerLogLevel.None;
            Say(logger, LogLevel.Critical, "unheard");
        }

        Assert.Contains("dbug of[0] heard", Written);
        Assert.DoesNotContain("unheard", Written);
    }

    [Fact]
    public async Task Nothing_is_put_into_words_where_nobody_reads_it()
    {
        await using NodeLogs logs = Open(path: null);
        Assert.False(logs.CreateLogger("of").IsEnabled(LogLevel.Critical));
        logs.SetFile(LogPath);
        Assert.True(logs.CreateLogger("of").IsEnabled(LogLevel.Critical));
    }

    [Fact]
    public async Task A_file_that_cannot_be_had_leaves_the_one_there_is()
    {
        await using (NodeLogs logs = Open())
        {
            Assert.ThrowsAny<Exception>(() => logs.SetFile(_folder.Location));
            Say(logs.CreateLogger("of"), LogLevel.Information, "here");
            Assert.Equal(LogPath, logs.Location);
        }

        Assert.Contains("here", Written);
    }

    [Fact]
    public async Task The_journal_gets_priorities_and_no_time()
    {
        using var stream = new MemoryStream();
        await using (NodeLogs logs = Open(path: null, SystemLog.Open(stream, isJournal: true)))
        {
            ILogger logger = logs.CreateLogger("of");
            logs.Level = PeerLogLevel.Trace;
            foreach (LogLevel level in Enum.GetValues<LogLevel>())
            {
                Say(logger, level, level.ToString());
            }
        }

        Assert.Equal(
            "<7>of[0] Trace\n<7>of[0] Debug\n<6>of[0] Information\n<4>of[0] Warning\n<3>of[0] Error\n<2>of[0] Critical\n",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public async Task The_programs_own_loggers_get_what_they_want_too()
    {
        using var others = new CollectingLoggerFactory();
        await using (var logs = new NodeLogs(others, _time, PeerLogLevel.Information, LogPath, null, LogFileLimits.Default))
        {
            Say(logs.CreateLogger("PeerNet.of"), LogLevel.Warning, "twice");
        }

        Assert.Equal("twice", Assert.Single(others.Messages).Message);
        Assert.Contains("twice", Written);
    }

    [Fact]
    public async Task A_reader_that_has_stopped_reading_holds_nobody_and_costs_what_it_does_not_take()
    {
        using var reads = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        List<LogLine> written = [];
        await using (NodeLogs logs = Open(path: null, lines =>
        {
            begun.Release();
            reads.Wait();
            written.AddRange(lines);
        }))
        {
            ILogger logger = logs.CreateLogger("of");
            Say(logger, LogLevel.Information, "first");
            await begun.WaitAsync();
            for (int i = 0; i < 5000; i++)
            {
                Say(logger, LogLevel.Information, "more");
            }

            reads.Release(1000);
        }

        Assert.Contains(written, line => line.Message == "904 messages are missing here: they came too fast, or could not be written.");
        Assert.Equal(1 + 4096 + 1, written.Count);
    }

    [UnixFact]
    public async Task A_disk_that_fails_stops_nobody_and_is_told_once()
    {
        List<string> told = [];
        using var stream = new MemoryStream();
        string folder = Directory.CreateDirectory(_folder.Combine("disk")).FullName;
        string path = Path.Combine(folder, "node.log");
        var steps = new SemaphoreSlim(0);
        await using (NodeLogs logs = Open(path, _ => steps.Release()))
        {
            logs.Failed = told.Add;
            ILogger logger = logs.CreateLogger("of");
            Directory.Move(folder, folder + "-gone");
            foreach (string text in new[] { "lost", "lost" })
            {
                Say(logger, LogLevel.Information, text);
                await steps.WaitAsync();
            }

            Directory.Move(folder + "-gone", folder);
            File.Delete(path);
            Say(logger, LogLevel.Information, "back");
            await steps.WaitAsync();
        }

        Assert.Contains(path, Assert.Single(told));
        string written = await File.ReadAllTextAsync(path);
        Assert.DoesNotContain("lost", written);
        Assert.Matches(@"warn .*\[1008\] 2 messages are missing here.*\n.*back\n$", written);
    }

    private static void Say(ILogger logger, LogLevel level, string text) =>
        logger.Log(level, eventId: 0, text, exception: null, (said, _) => said);

    private NodeLogs Open() => Open(LogPath);

    private NodeLogs Open(string? path, Action<IReadOnlyList<LogLine>>? system = null) =>
        new(NullLoggerFactory.Instance, _time, PeerLogLevel.Information, path, system, LogFileLimits.Default);
}

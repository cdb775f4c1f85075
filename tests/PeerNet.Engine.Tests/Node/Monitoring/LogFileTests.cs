using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node.Monitoring;

public sealed class LogFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly LogFileLimits Small = new(MaximumSize: 10, MaximumCount: 3);

    private readonly TemporaryFolder _folder = new();

    private string LogPath => _folder.Combine("node.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_goes_on_where_the_file_ended()
    {
        File.WriteAllText(LogPath, "before\n");

        using (LogFile log = LogFile.Open(LogPath, LogFileLimits.Default))
        {
            log.Write("after\n");
            Assert.Equal("before\nafter\n", File.ReadAllText(LogPath));
        }
    }

    [Fact]
    public void A_full_file_makes_room_for_another_and_the_oldest_goes()
    {
        using LogFile log = LogFile.Open(LogPath, Small);

        foreach (string line in new[] { "1", "2", "3", "4" })
        {
            log.Write($"line {line}\n");
        }

        Assert.Equal("line 4\n", File.ReadAllText(LogPath));
        Assert.Equal("line 3\n", File.ReadAllText(LogPath + ".1"));
        Assert.Equal("line 2\n", File.ReadAllText(LogPath + ".2"));
        Assert.False(File.Exists(LogPath + ".3"));
    }

    [Fact]
    public void A_text_that_is_larger_than_a_file_is_written_all_the_same()
    {
        using LogFile log = LogFile.Open(LogPath, Small);

        log.Write(new string('x', 20));
        log.Write("next");

        Assert.Equal("next", File.ReadAllText(LogPath));
        Assert.Equal(20, new FileInfo(LogPath + ".1").Length);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Nobody_else_may_read_any_of_them()
    {
        File.WriteAllText(LogPath, "");
        File.SetUnixFileMode(LogPath, Private | UnixFileMode.OtherRead);
        using LogFile log = LogFile.Open(LogPath, Small);

        log.Write("1234567890");
        log.Write("1234567890");

        Assert.Equal(Private, File.GetUnixFileMode(LogPath));
        Assert.Equal(Private, File.GetUnixFileMode(LogPath + ".1"));
    }

    [Fact]
    public void Two_never_write_the_same_file()
    {
        using (LogFile.Open(LogPath, Small))
        {
            PeerException error = Assert.Throws<PeerException>(() => LogFile.Open(LogPath, Small));
            Assert.Equal(PeerErrors.SharingViolation, error.Error);
            Assert.Contains(LogPath, error.Message);
        }

        using LogFile next = LogFile.Open(LogPath, Small);
    }

    [UnixFact]
    public void A_file_that_was_moved_away_is_followed_by_another()
    {
        using LogFile log = LogFile.Open(LogPath, LogFileLimits.Default);
        log.Write("old");

        File.Move(LogPath, _folder.Combine("away"));
        log.Write("new");

        Assert.Equal("old", File.ReadAllText(_folder.Combine("away")));
        Assert.Equal("new", File.ReadAllText(LogPath));
    }

    [UnixFact]
    public void Links_pipes_and_files_with_another_name_are_refused()
    {
        string other = _folder.Combine("other");
        File.WriteAllText(other, "untouched");
        File.CreateSymbolicLink(_folder.Combine("link"), other);
        UnixFiles.MakePipe(_folder.Combine("pipe"));
        UnixFiles.Link(other, _folder.Combine("second"));

        foreach (string name in new[] { "link", "pipe", "second" })
        {
            Assert.Equal(
                PeerErrors.AccessDenied, Assert.Throws<PeerException>(() => LogFile.Open(_folder.Combine(name), Small)).Error);
        }

        Assert.Equal("untouched", File.ReadAllText(other));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() => Assert.Equal(
        PeerErrors.NotFound,
        Assert.Throws<PeerException>(() => LogFile.Open(_folder.Combine("no/node.log"), Small)).Error);
}

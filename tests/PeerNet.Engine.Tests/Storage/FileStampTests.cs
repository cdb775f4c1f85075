using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Storage;

public sealed class FileStampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public FileStampTests()
    {
        _path = _folder.Combine("file");
        File.WriteAllText(_path, "content");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_nobody_touches_keeps_its_stamp()
    {
        FileStamp stamp = FileStamp.TryRead(_path)!.Value;

        Assert.Equal(7, stamp.Length);
        Assert.Equal(File.GetLastWriteTimeUtc(_path).Ticks, stamp.Modified);
        Assert.Equal(stamp, FileStamp.TryRead(_path));
    }

    [Fact]
    public void A_stamp_is_read_from_what_was_read_when_the_file_was_opened()
    {
        using SafeFileHandle handle = RegularFile.OpenRead(_path, FileOptions.None, out FileStatus? status);
        File.AppendAllText(_path, " and more");

        Assert.Equal(7, FileStamp.From(handle, status).Length);
        Assert.Equal(16, FileStamp.Read(handle).Length);
        Assert.Equal(16, FileStamp.From(handle, status: null).Length);
        Assert.Equal(File.GetLastWriteTimeUtc(_path).Ticks, FileStamp.From(handle, status: null).Modified);
    }

    [Fact]
    public void A_file_in_anothers_place_has_another_stamp()
    {
        FileStamp stamp = FileStamp.TryRead(_path)!.Value;
        string other = _folder.Combine("other");
        File.WriteAllText(other, "CONTENT");
        File.SetLastWriteTimeUtc(other, new DateTime(stamp.Modified, DateTimeKind.Utc));
        File.Move(other, _path, overwrite: true);
        FileStamp now = FileStamp.TryRead(_path)!.Value;

        Assert.Equal((stamp.Length, stamp.Modified), (now.Length, now.Modified));
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            Assert.NotEqual(stamp.Id, now.Id);
        }
    }

    [Fact]
    public void Linux_and_Windows_say_what_a_file_is_and_when_it_changed()
    {
        FileStamp stamp = FileStamp.TryRead(_path)!.Value;
        bool isKnown = OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

        Assert.Equal(isKnown, stamp.Id.Length > 0);
        Assert.Equal(isKnown, stamp.Changed > 0);
        Assert.True(!isKnown || Math.Abs(stamp.Changed - stamp.Modified) < TimeSpan.TicksPerMinute);
    }

    [Fact]
    public void A_file_that_is_not_there_has_no_stamp()
    {
        Assert.Null(FileStamp.TryRead(_folder.Combine("missing")));
        Assert.Null(FileStamp.TryRead(_folder.Location));
    }

    [Fact]
    public void A_stamp_settles_when_the_coarsest_clock_has_ticked()
    {
        var written = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        FileStamp stamp = new(1, written.UtcTicks, written.UtcTicks + 1, "");

        Assert.False(stamp.IsSettled(written));
        Assert.False(stamp.IsSettled(written + TimeSpan.FromSeconds(2)));
        Assert.True(stamp.IsSettled(written + TimeSpan.FromSeconds(2.1)));
    }
}

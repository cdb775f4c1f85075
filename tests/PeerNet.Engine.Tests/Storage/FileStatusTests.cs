using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Storage;

public sealed class FileStatusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.Combine("file");

    [Fact]
    public void A_file_of_the_users_is_known_as_such()
    {
        File.WriteAllText(File1, "x");
        using SafeFileHandle handle = File.OpenHandle(File1);

        FileStatus opened = FileStatus.Read(handle)!.Value;
        FileStatus named = FileStatus.ReadName(File1)!.Value;

        Assert.True(opened.IsOursAlone);
        Assert.NotEmpty(opened.Id);
        Assert.Equal(opened, named);
        Assert.InRange(opened.Changed, DateTime.UtcNow.AddDays(-1).Ticks, DateTime.UtcNow.AddDays(1).Ticks);
    }

    [Fact]
    public void Where_there_is_nothing_there_is_no_status()
    {
        Assert.Null(FileStatus.ReadName(File1));
        Assert.False(OwnFile.Exists(File1));
        Assert.Null(OwnFile.TryOpen(File1));
    }

    [UnixFact]
    public void A_link_a_pipe_and_a_folder_are_no_files_of_ours()
    {
        File.WriteAllText(File1, "x");
        File.CreateSymbolicLink(_folder.Combine("link"), File1);
        UnixFiles.MakePipe(_folder.Combine("pipe"));
        Directory.CreateDirectory(_folder.Combine("folder"));

        Assert.All(["link", "pipe", "folder"], name => Assert.False(FileStatus.ReadName(_folder.Combine(name))!.Value.IsRegular));
        Assert.All(["link", "pipe", "folder"], name => Assert.Null(OwnFile.TryOpen(_folder.Combine(name))));
    }

    [UnixFact]
    public void A_file_with_two_names_may_be_anybodys()
    {
        File.WriteAllText(File1, "x");
        UnixFiles.Link(File1, _folder.Combine("second"));

        Assert.Equal(2, FileStatus.ReadName(File1)!.Value.Links);
        Assert.Null(OwnFile.TryOpen(_folder.Combine("second")));
    }

    [UnixFact(NeedsRoot = true)]
    public void A_file_of_somebody_else_is_not_ours()
    {
        File.WriteAllText(File1, "x");
        UnixFiles.GiveAway(File1);

        Assert.False(FileStatus.ReadName(File1)!.Value.IsOwn);
        Assert.Null(OwnFile.TryOpen(File1));
    }

    [UnixFact]
    public void What_is_made_anew_follows_no_link()
    {
        File.CreateSymbolicLink(_folder.Combine("link"), _folder.Combine("elsewhere"));

        Assert.Throws<IOException>(() => OwnFile.Create(_folder.Combine("link")));
        Assert.Throws<IOException>(() => PrivateFile.Create(_folder.Combine("link")));
        Assert.Throws<UnauthorizedAccessException>(() => PrivateFile.Ensure(_folder.Combine("link")));

        Assert.False(File.Exists(_folder.Combine("elsewhere")));
    }

    public void Dispose() => _folder.Dispose();
}

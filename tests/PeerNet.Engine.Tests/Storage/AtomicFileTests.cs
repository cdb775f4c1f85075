using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_is_replaced_as_a_whole()
    {
        string path = _folder.Combine("file");
        AtomicFile.Write(path, new byte[1000], isPrivate: true);
        AtomicFile.Write(path, [1, 2, 3], isPrivate: true);

        Assert.Equal([1, 2, 3], AtomicFile.Read(path, 3)!);
        Assert.Equal(["file"], Directory.EnumerateFiles(_folder.Location).Select(Path.GetFileName)!);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_private_file_is_readable_by_the_user_alone_even_if_it_was_not_before()
    {
        string path = _folder.Combine("key");
        AtomicFile.Write(path, [1], isPrivate: false);
        AtomicFile.Write(path, [2], isPrivate: true);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void What_a_killed_writer_left_is_ignored_and_swept()
    {
        string path = _folder.Combine("file");
        AtomicFile.Write(path, [1], isPrivate: true);
        string leftover = path + ".0011223344556677.peernet-tmp";
        File.WriteAllBytes(leftover, [9, 9]);

        Assert.Equal([1], AtomicFile.Read(path, 10)!);
        AtomicFile.Write(path, [2], isPrivate: true);
        Assert.Equal([2], AtomicFile.Read(path, 10)!);

        AtomicFile.DeleteLeftovers(_folder.Location);
        Assert.False(File.Exists(leftover));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_temporary_one()
    {
        string path = _folder.Combine("taken");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "inside"), "kept");

        PeerException exception = Assert.Throws<PeerException>(() => AtomicFile.Write(path, [1], isPrivate: true));

        Assert.Contains(exception.Error, new[] { PeerErrors.WriteFault, PeerErrors.AccessDenied });
        Assert.Equal(path, exception.Target);
        Assert.Equal("kept", File.ReadAllText(Path.Combine(path, "inside")));
        Assert.Empty(Directory.EnumerateFiles(_folder.Location));
    }

    [Fact]
    public void A_write_into_a_folder_that_is_gone_names_the_file()
    {
        string path = _folder.Combine("gone/file");

        PeerException exception = Assert.Throws<PeerException>(() => AtomicFile.Write(path, [1], isPrivate: true));

        Assert.Equal(path, exception.Target);
    }

    [Fact]
    public void A_file_that_is_not_there_reads_as_null_and_deletes_in_silence()
    {
        Assert.Null(AtomicFile.Read(_folder.Combine("nothing"), 10));
        Assert.Null(AtomicFile.Read(Path.Combine(_folder.Location, "no", "folder"), 10));
        AtomicFile.Delete(_folder.Combine("nothing"));
        AtomicFile.Delete(Path.Combine(_folder.Location, "no", "folder"));
    }

    [Fact]
    public void A_file_over_its_limit_is_not_read()
    {
        string path = _folder.Combine("file");
        AtomicFile.Write(path, new byte[11], isPrivate: false);

        Assert.Equal(PeerErrors.InvalidData, Assert.Throws<PeerException>(() => AtomicFile.Read(path, 10)).Error);
    }

    public void Dispose() => _folder.Dispose();
}

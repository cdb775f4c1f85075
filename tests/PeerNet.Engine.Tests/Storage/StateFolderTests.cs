using System.Globalization;
using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Storage;

public sealed class StateFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_new_folder_is_the_users_alone()
    {
        string path = Path.Combine(_folder.Location, "new", "node");
        using StateFolder state = StateFolder.Open(path);
        string sub = state.GetFolder("identities");

        Assert.True(Directory.Exists(sub));
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal(mode, File.GetUnixFileMode(path));
            Assert.Equal(mode, File.GetUnixFileMode(sub));
        }
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Its_files_are_the_users_alone_in_whatever_folder()
    {
        File.SetUnixFileMode(
            _folder.Location, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        using StateFolder state = StateFolder.Open(_folder.Location);

        Assert.All(
            Directory.GetFiles(_folder.Location),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [UnixFact]
    public void A_lock_that_is_a_link_is_not_followed()
    {
        File.CreateSymbolicLink(_folder.Combine("node.lock"), _folder.Combine("elsewhere"));

        PeerException exception = Assert.Throws<PeerException>(() => StateFolder.Open(_folder.Location));

        Assert.Equal(PeerErrors.AccessDenied, exception.Error);
        Assert.False(File.Exists(_folder.Combine("elsewhere")));
    }

    [Theory]
    [InlineData("NUL")]
    [InlineData("com1")]
    [InlineData("dot.")]
    public void A_node_has_a_name_that_a_folder_can_have_everywhere(string name)
    {
        Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => StateFolder.Locate(name, null)).Error);
    }

    [Fact]
    public void The_second_to_open_a_folder_learns_who_has_it()
    {
        using StateFolder first = StateFolder.Open(_folder.Location);

        PeerException exception = Assert.Throws<PeerException>(() => StateFolder.Open(_folder.Location));

        Assert.Equal(PeerErrors.SharingViolation, exception.Error);
        Assert.Equal(_folder.Location, exception.Target);
        Assert.Contains(
            "process " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_that_cannot_be_named_still_holds()
    {
        using FileStream other = new(
            _folder.Combine("node.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        PeerException exception = Assert.Throws<PeerException>(() => StateFolder.Open(_folder.Location));

        Assert.Equal(PeerErrors.SharingViolation, exception.Error);
        Assert.Contains("another process", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_and_owner_that_a_dead_process_left_do_not_matter()
    {
        File.WriteAllText(_folder.Combine("node.lock"), "");
        File.WriteAllText(_folder.Combine("node.owner"), "process 1 (gone)");
        File.WriteAllText(_folder.Combine("x.peernet-tmp"), "half");

        using (StateFolder.Open(_folder.Location))
        {
            Assert.False(File.Exists(_folder.Combine("x.peernet-tmp")));
        }

        using StateFolder again = StateFolder.Open(_folder.Location);
        Assert.Equal(_folder.Location, again.Location);
    }

    [Fact]
    public void A_state_path_is_taken_as_it_is()
    {
        Assert.Equal(_folder.Location, StateFolder.Locate("any name", _folder.Location));
    }

    [Fact]
    public void Each_node_has_a_folder_below_the_users()
    {
        string one = StateFolder.Locate("one", null);
        string two = StateFolder.Locate("two", null);

        Assert.True(Path.IsPathFullyQualified(one));
        Assert.Equal("one", Path.GetFileName(one));
        Assert.Equal(Path.GetDirectoryName(one), Path.GetDirectoryName(two));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("c:")]
    [InlineData("ä")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void A_node_name_cannot_lead_elsewhere(string name)
    {
        PeerException exception = Assert.Throws<PeerException>(() => StateFolder.Locate(name, null));
        Assert.Equal(PeerErrors.InvalidArgument, exception.Error);
        Assert.Equal(name, exception.Target);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_that_names_it()
    {
        string file = _folder.Combine("file");
        File.WriteAllText(file, "");

        PeerException exception = Assert.Throws<PeerException>(() => StateFolder.Open(Path.Combine(file, "below")));

        Assert.Equal(PeerErrors.WriteFault, exception.Error);
    }

    public void Dispose() => _folder.Dispose();
}

using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Storage;

/// <summary>Where a path leads, through links in any of its components.</summary>
public sealed class RealPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public RealPathTests()
    {
        // The folder for temporary files is behind a link on macOS.
        _root = RealPath.Resolve(_folder.Location)!;
        Directory.CreateDirectory(Path.Combine(_root, "a", "b"));
        File.WriteAllText(Path.Combine(_root, "a", "b", "file"), "x");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_without_links_is_where_it_says() => Assert.Equal(Combine("a", "b", "file"), Resolve("a", "b", "file"));

    [Theory]
    [InlineData("a/b/file")]
    [InlineData("./a/../a/b/file")]
    [InlineData("a//b/file")]
    public void A_link_leads_where_it_says(string target)
    {
        File.CreateSymbolicLink(Combine("link"), target);

        Assert.Equal(Combine("a", "b", "file"), Resolve("link"));
    }

    [Fact]
    public void Each_component_may_be_a_link()
    {
        Directory.CreateSymbolicLink(Combine("first"), Combine("a"));
        Directory.CreateSymbolicLink(Combine("a", "second"), "b");
        File.CreateSymbolicLink(Combine("third"), Path.Combine("first", "second", "file"));

        Assert.Equal(Combine("a", "b", "file"), Resolve("third"));
    }

    // A system takes the folder around the one that a link leads to, and not around the link.
    [Fact]
    public void The_folder_around_is_that_of_where_a_link_leads()
    {
        Directory.CreateSymbolicLink(Combine("link"), Path.Combine("a", "b"));
        File.WriteAllText(Combine("a", "beside"), "x");
        File.CreateSymbolicLink(Combine("other"), Path.Combine("link", "..", "beside"));

        Assert.Equal(Combine("a", "beside"), Resolve("other"));
    }

    [Fact]
    public void Links_may_lead_nowhere()
    {
        File.CreateSymbolicLink(Combine("dangling"), "missing");
        File.CreateSymbolicLink(Combine("one"), "two");
        File.CreateSymbolicLink(Combine("two"), "one");

        Assert.Null(Resolve("missing"));
        Assert.Null(Resolve("dangling"));
        Assert.Null(Resolve("one"));
    }

    [Fact]
    public void An_open_file_is_where_it_was_opened_though_the_link_has_changed()
    {
        File.CreateSymbolicLink(Combine("link"), Path.Combine("a", "b", "file"));
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = RegularFile.OpenRead(Combine("link"));
        File.Delete(Combine("link"));
        File.WriteAllText(Combine("link"), "no link any more");

        Assert.Equal(
            OperatingSystem.IsLinux() ? Combine("a", "b", "file") : Combine("link"), RealPath.Find(handle, Combine("link")));
    }

    [Fact]
    public void A_folder_is_told_from_one_whose_name_begins_so()
    {
        Assert.True(RealPath.IsBelow(Combine("a", "b"), Combine("a")));
        Assert.False(RealPath.IsBelow(Combine("ab"), Combine("a")));
        Assert.False(RealPath.IsBelow(Combine("a"), Combine("a")));
        Assert.True(RealPath.IsBelow(Combine("a"), Path.GetPathRoot(_root)!));
        Assert.Equal(
            OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), RealPath.IsBelow(Combine("A", "b"), Combine("a")));
    }

    private string Combine(params string[] parts) => Path.Combine([_root, .. parts]);

    private string? Resolve(params string[] parts) => RealPath.Resolve(Combine(parts));
}

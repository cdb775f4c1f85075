using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>What a download keeps beside its target, where others may write too.</summary>
public sealed class PartialFileTests : IDisposable
{
    private const int Length = 4096;

    private static readonly byte[] Identity = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] OtherIdentity = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    private readonly TemporaryFolder _folder = new();
    private readonly PartialFiles _files = new();

    private string Target => _folder.Combine("file.bin");

    private string[] Files => [.. Directory.GetFiles(_folder.Location).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Nobody_can_tell_its_name_before()
    {
        using var elsewhere = new TemporaryFolder();
        using PartialFile one = _files.Open(Target, Identity, Length);
        using PartialFile two = _files.Open(elsewhere.Combine("file.bin"), Identity, Length);

        Assert.Matches("^file\\.bin\\.[0-9a-f]{16}\\.partial$", Path.GetFileName(one.Location));
        Assert.NotEqual(Path.GetFileName(one.Location), Path.GetFileName(two.Location));
    }

    [Fact]
    public void The_next_download_of_the_same_goes_on_with_it()
    {
        string left = Leave(Identity);

        using PartialFile again = _files.Open(Target, Identity, Length);
        byte[] read = new byte[4];
        again.Read(read, 0);

        Assert.Equal(left, again.Location);
        Assert.Equal("left"u8.ToArray(), read);
        Assert.Equal(1, PartialState.Read(again, 1).Marked);
    }

    [Fact]
    public void That_of_something_else_begins_anew_and_clears_away()
    {
        string left = Leave(Identity);
        File.WriteAllText($"{left}.state.0011223344556677.peernet-tmp", "half");

        using PartialFile other = _files.Open(Target, OtherIdentity, Length);

        Assert.NotEqual(left, other.Location);
        Assert.Equal([Path.GetFileName(other.Location)], Files);
    }

    [Fact]
    public void What_another_process_left_in_a_known_folder_is_found()
    {
        Complete(_folder.Combine("first.bin"));
        string left = Leave(Identity, new PartialFiles());
        Directory.SetLastWriteTimeUtc(_folder.Location, DateTime.UnixEpoch);

        using PartialFile again = _files.Open(Target, Identity, Length);

        Assert.Equal(left, again.Location);
    }

    [UnixFact]
    public void It_is_found_behind_a_link_to_the_folder()
    {
        using var elsewhere = new TemporaryFolder();
        string link = elsewhere.Combine("link");
        Directory.CreateSymbolicLink(link, _folder.Location);
        Complete(Path.Combine(link, "first.bin"));
        string left = Leave(Identity, new PartialFiles());

        using PartialFile again = _files.Open(Path.Combine(link, Path.GetFileName(Target)), Identity, Length);

        Assert.Equal(Path.GetFileName(left), Path.GetFileName(again.Location));
    }

    [Fact]
    public void What_an_earlier_download_of_the_same_node_left_is_found()
    {
        Complete(_folder.Combine("first.bin"));
        string left = Leave(Identity);
        Complete(_folder.Combine("second.bin"));

        using PartialFile again = _files.Open(Target, Identity, Length);

        Assert.Equal(left, again.Location);
    }

    [Fact]
    public void Two_downloads_do_not_write_to_one_target()
    {
        using PartialFile first = _files.Open(Target, Identity, Length);

        PeerException failure = Assert.Throws<PeerException>(() => _files.Open(Target, Identity, Length));

        Assert.Same(PeerErrors.SharingViolation, failure.Error);
        Assert.Equal([Path.GetFileName(first.Location)], Files);
    }

    [Fact]
    public void Files_that_only_look_similar_stay()
    {
        string[] names = ["file.bin.0123.partial", "file.bin.0123456789abcdeg.partial", "other.0123456789abcdef.partial"];
        Assert.All(names, name => File.WriteAllText(_folder.Combine(name), "x"));

        _files.Open(Target, Identity, Length).Discard();

        Assert.Equal(names.Order(StringComparer.Ordinal), Files);
    }

    [UnixFact]
    public void A_planted_link_is_not_followed()
    {
        string victim = _folder.Combine("victim");
        string state = LeaveState();
        File.WriteAllText(victim, "precious");
        foreach (string planted in Guesses)
        {
            File.CreateSymbolicLink(planted, victim);
            File.Copy(state, planted + ".state");
        }

        Download();

        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.All(Guesses, planted => Assert.NotNull(new FileInfo(planted).LinkTarget));
    }

    [UnixFact]
    public void A_second_name_of_a_file_is_not_written_to()
    {
        string victim = _folder.Combine("victim");
        File.WriteAllText(victim, "precious");
        Assert.All(Guesses, planted => UnixFiles.Link(victim, planted));

        Download();

        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [UnixFact]
    public void A_planted_pipe_holds_nobody()
    {
        Assert.All(Guesses, planted =>
        {
            UnixFiles.MakePipe(planted);
            UnixFiles.MakePipe(planted + ".state");
        });

        Download();
    }

    [UnixFact(NeedsRoot = true)]
    [UnsupportedOSPlatform("windows")]
    public void What_a_stranger_left_is_neither_used_nor_removed_and_stops_nothing()
    {
        string state = LeaveState();
        foreach (string planted in Guesses)
        {
            File.WriteAllText(planted, "stranger");
            File.Copy(state, planted + ".state");
            File.SetUnixFileMode(planted, UnixFileMode.None);
            UnixFiles.GiveAway(planted);
        }

        Download();

        Assert.All(Guesses, planted => Assert.Equal("stranger", File.ReadAllText(planted)));
    }

    [UnixFact]
    public void A_state_that_is_a_link_is_no_state()
    {
        string left = Leave(Identity);
        File.Move(left + ".state", _folder.Combine("moved"));
        File.CreateSymbolicLink(left + ".state", _folder.Combine("moved"));

        using PartialFile again = _files.Open(Target, Identity, Length);

        Assert.NotEqual(left, again.Location);
    }

    public void Dispose() => _folder.Dispose();

    // One that begins as the identity does, and one of any other digits.
    private string[] Guesses =>
    [
        $"{Target}.{Convert.ToHexStringLower(Identity)[..16]}.partial",
        $"{Target}.0123456789abcdef.partial",
    ];

    private string Leave(byte[] identity, PartialFiles? files = null)
    {
        using PartialFile file = (files ?? _files).Open(Target, identity, Length);
        file.Write("left"u8, 0);
        var held = new BlockMap(1);
        held.Add(0);
        PartialState.Write(file, held);
        return file.Location;
    }

    // The state of a download of the same, to be put beside something else.
    private string LeaveState()
    {
        string left = Leave(Identity);
        string moved = _folder.Combine("state");
        File.Move(left + ".state", moved);
        File.Delete(left);
        return moved;
    }

    private void Download()
    {
        Complete(Target);
        Assert.Equal(Length, new FileInfo(Target).Length);
    }

    private void Complete(string target)
    {
        using PartialFile file = _files.Open(target, Identity, Length);
        file.Write(new byte[Length], 0);
        file.Commit(overwrite: false);
    }
}

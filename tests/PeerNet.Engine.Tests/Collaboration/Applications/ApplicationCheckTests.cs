using System.Runtime.Versioning;
using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Applications;

[UnsupportedOSPlatform("windows")]
public sealed class ApplicationCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_program_of_the_systems_is_fit() => ApplicationCheck.ThrowIfUnfit("/bin/sh");

    [UnixFact]
    public void A_program_of_the_users_is_fit() => ApplicationCheck.ThrowIfUnfit(TestProgram.Write(_folder.Combine("program")));

    [UnixFact]
    public void A_path_says_where_the_program_is_and_nothing_else()
    {
        foreach (string path in (string[])["sh", "bin/sh", "./sh", "~/sh", "http://example.org/sh", "file:///bin/sh", @"C:\sh.exe", @"\\server\sh"])
        {
            AssertUnfit("does not begin at the root", path);
        }

        foreach (string path in (string[])["/bin/../bin/sh", "/bin/./sh", "/bin//sh", "/bin/sh/", "//bin/sh", "/.."])
        {
            AssertUnfit("'.', '..' or empty parts", path);
        }

        foreach (string path in (string[])["/bin/sh\0", "/bin/sh\n", "/bin/\u001b[31msh", "/bin/\ud83d"])
        {
            AssertUnfit("control characters", path);
        }

        AssertUnfit("is empty", "");
        AssertUnfit("more than 4096 characters", "/" + new string('x', 4096));
    }

    [UnixFact]
    public void A_device_is_no_program()
    {
        AssertUnfit("a device's", "/dev/null");
        AssertUnfit("a device's", "/dev/stdin");
        AssertUnfit("a device's", "/proc/self/exe");
        File.CreateSymbolicLink(_folder.Combine("null"), "/dev/null");
        AssertUnfit("through a device", _folder.Combine("null"));
        File.CreateSymbolicLink(_folder.Combine("self"), "/proc/self/exe");
        if (File.Exists("/proc/self/exe"))
        {
            AssertUnfit("through a device", _folder.Combine("self"));
        }
    }

    [UnixFact]
    public void What_is_not_there_is_not_found()
    {
        TestProgram.AssertRefused(PeerErrors.NotFound, "not there", () => ApplicationCheck.ThrowIfUnfit(_folder.Combine("none")));
        File.CreateSymbolicLink(_folder.Combine("loop"), _folder.Combine("loop"));
        TestProgram.AssertRefused(PeerErrors.NotFound, "not there", () => ApplicationCheck.ThrowIfUnfit(_folder.Combine("loop")));
    }

    [UnixFact]
    public void A_folder_or_a_pipe_is_no_program()
    {
        UnixFiles.MakePipe(_folder.Combine("pipe"));
        TestProgram.Allow(_folder.Combine("pipe"), UnixFileMode.UserExecute);
        AssertUnfit("no regular file", _folder.Combine("pipe"));
        AssertUnfit("no regular file", TestProgram.MakeFolder(_folder.Combine("folder")));
    }

    [UnixFact]
    public void What_nobody_may_execute_is_no_program()
    {
        string path = _folder.Combine("text");
        File.WriteAllText(path, "#!/bin/sh\n");
        AssertUnfit("nobody may execute it", path);
    }

    [UnixFact]
    public void A_program_that_others_can_write_is_not_fit()
    {
        foreach (UnixFileMode others in (UnixFileMode[])[UnixFileMode.GroupWrite, UnixFileMode.OtherWrite])
        {
            string path = TestProgram.Write(_folder.Combine($"program {others}"));
            TestProgram.Allow(path, others);
            AssertUnfit($"other users can change '{path}'", path);
        }
    }

    // They would rename the program away, and put another one there.
    [UnixFact]
    public void A_program_below_a_folder_that_others_can_write_is_not_fit()
    {
        foreach (UnixFileMode others in (UnixFileMode[])[UnixFileMode.GroupWrite, UnixFileMode.OtherWrite])
        {
            string open = TestProgram.MakeFolder(_folder.Combine($"open {others}"), others);
            string inner = TestProgram.MakeFolder(Path.Combine(open, "inner"));
            AssertUnfit($"other users can change '{open}'", TestProgram.Write(Path.Combine(open, "program")));
            AssertUnfit($"other users can change '{open}'", TestProgram.Write(Path.Combine(inner, "program")));
        }
    }

    [UnixFact]
    public void In_a_sticky_folder_nobody_takes_away_what_is_anothers()
    {
        string sticky = TestProgram.MakeFolder(
            _folder.Combine("sticky"), UnixFileMode.StickyBit | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        ApplicationCheck.ThrowIfUnfit(TestProgram.Write(Path.Combine(sticky, "program")));
    }

    [UnixFact]
    public void A_link_counts_where_it_leads_and_where_it_is()
    {
        string program = TestProgram.Write(_folder.Combine("program"));
        File.CreateSymbolicLink(_folder.Combine("link"), "program");
        ApplicationCheck.ThrowIfUnfit(_folder.Combine("link"));

        string open = TestProgram.MakeFolder(_folder.Combine("open"), UnixFileMode.OtherWrite);
        string exposed = TestProgram.Write(Path.Combine(open, "exposed"));
        File.CreateSymbolicLink(_folder.Combine("way out"), exposed);
        AssertUnfit($"other users can change '{open}'", _folder.Combine("way out"));
        File.CreateSymbolicLink(Path.Combine(open, "way in"), program);
        AssertUnfit($"other users can change '{open}'", Path.Combine(open, "way in"));

        // What is passed on the way counts, also where it is left again.
        File.CreateSymbolicLink(_folder.Combine("detour"), "open/../program");
        AssertUnfit($"other users can change '{open}'", _folder.Combine("detour"));
    }

    [UnixFact(NeedsRoot = true)]
    public void What_is_another_users_is_not_fit()
    {
        string program = TestProgram.Write(_folder.Combine("program"));
        UnixFiles.GiveAway(program);
        AssertUnfit($"'{program}' belongs to another user", program);

        string folder = TestProgram.MakeFolder(_folder.Combine("folder"));
        string inside = TestProgram.Write(Path.Combine(folder, "program"));
        UnixFiles.GiveAway(folder);
        AssertUnfit($"'{folder}' belongs to another user", inside);

        // In a sticky folder a link is its owner's to change.
        string sticky = TestProgram.MakeFolder(_folder.Combine("sticky"), UnixFileMode.StickyBit | UnixFileMode.OtherWrite);
        string link = Path.Combine(sticky, "link");
        File.CreateSymbolicLink(link, "/bin/sh");
        ApplicationCheck.ThrowIfUnfit(link);
        UnixFiles.GiveLinkAway(link);
        AssertUnfit($"'{link}' belongs to another user", link);
    }

    private static void AssertUnfit(string reason, string path) =>
        TestProgram.AssertRefused(PeerErrors.InvalidArgument, reason, () => ApplicationCheck.ThrowIfUnfit(path));
}

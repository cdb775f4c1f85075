using System.Runtime.Versioning;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Applications;

[UnsupportedOSPlatform("windows")]
public sealed class ApplicationLauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Launches => TestProgram.MakeFolder(_folder.Combine("launch"));

    private string Output => _folder.Combine("output");

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task A_program_finds_what_it_was_run_for_and_the_folder_goes_when_it_ends()
    {
        string pipe = _folder.Combine("pipe");
        UnixFiles.MakePipe(pipe);
        string program = Program("printf '%s' \"$PEERNET_INVITATION\" > \"$1\"; pwd -P > \"$2\"; cat \"$3\"");
        LaunchedProgram launched = Launch(TestProgram.Register(program, Output, Output + "2", pipe));

        string folder = Assert.Single(Directory.GetDirectories(Launches));
        string invitation = Path.Combine(folder, "invitation.json");
        const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Mode0600 | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(Mode0600, File.GetUnixFileMode(invitation));
        Assert.Equal(Mode0600, File.GetUnixFileMode(Path.Combine(folder, "data.bin")));
        Assert.Equal(TestProgram.Info.Data, File.ReadAllBytes(Path.Combine(folder, "data.bin")));
        PeerAppLaunchInfo read = LaunchFile.Read(invitation);
        Assert.Equal(TestProgram.Info.Data, read.Data);
        PeerAppLaunchInfo expected = TestProgram.Info;
        Assert.Equal(expected with { Data = read.Data }, read);

        Assert.False(launched.Ended.IsCompleted);
        await File.WriteAllTextAsync(pipe, "go on");
        await launched.Ended;
        Assert.Equal(invitation, File.ReadAllText(Output));
        Assert.Equal(folder, File.ReadAllText(Output + "2").TrimEnd('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(Launches));
    }

    [UnixFact]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] arguments =
        [
            "a b", "\"quoted\"", "it's", "$(touch /tmp/never)", "`id`", ";", "&& true", "*", "", "\\", "a\nb", "-n", "%PATH%", "ünï 😀",
        ];
        string program = Program("out=$1; shift; for a; do printf '%s\\0' \"$a\"; done > \"$out\"");
        await Launch(TestProgram.Register(program, [Output, .. arguments])).Ended;

        Assert.Equal(arguments, File.ReadAllText(Output).Split('\0')[..^1]);
    }

    // Everybody can list processes, and many programs log what they are called with.
    [UnixFact]
    public async Task Nothing_of_the_invitation_is_on_the_command_line_or_in_the_environment()
    {
        string program = Program("{ ps -ww -o args= -p $$; env; } > \"$1\"");
        await Launch(TestProgram.Register(program, Output, "marker")).Ended;

        string seen = File.ReadAllText(Output);
        Assert.Contains("marker", seen, StringComparison.Ordinal);
        Assert.Contains("PEERNET_INVITATION=", seen, StringComparison.Ordinal);
        PeerAppLaunchInfo info = TestProgram.Info;
        Assert.All(
            [info.Contact, info.DisplayName, info.EndpointName, "chess", "secret", info.InvitationId.ToString(), info.Endpoint.ToString()],
            text => Assert.DoesNotContain(text, seen, StringComparison.OrdinalIgnoreCase));
    }

    [UnixFact]
    public async Task A_program_that_asks_gets_no_answer_and_does_not_wait_for_one()
    {
        string program = Program("cat > \"$1\"; if read answer; then echo answered >> \"$1\"; fi; echo done >> \"$1\"");
        await Launch(TestProgram.Register(program, Output)).Ended;

        Assert.Equal("done\n", File.ReadAllText(Output));
    }

    [UnixFact]
    public async Task A_program_that_never_reads_ends_when_it_likes()
    {
        await Launch(TestProgram.Register(Program("echo done > \"$1\""), Output)).Ended;

        Assert.Equal("done\n", File.ReadAllText(Output));
    }

    [UnixFact]
    public async Task A_program_that_says_much_is_not_held_up()
    {
        const string Say = "head -c 3000000 /dev/zero";
        await Launch(TestProgram.Register(Program($"{Say}; {Say} >&2; echo done > \"$1\""), Output)).Ended;

        Assert.Equal("done\n", File.ReadAllText(Output));
    }

    [UnixFact]
    public async Task No_stream_of_the_program_is_this_processs_own()
    {
        await Launch(TestProgram.Register(Program("for n in 0 1 2; do readlink /proc/$$/fd/$n; done > \"$1\""), Output)).Ended;

        // Only Linux tells what the streams are.
        string[] own = [.. Enumerable.Range(0, 3).Select(n => new FileInfo($"/proc/self/fd/{n}").LinkTarget ?? "none")];
        Assert.Empty(own.Intersect(File.ReadAllLines(Output)));
    }

    // What it has started keeps the streams, and goes on.
    [UnixFact]
    public async Task A_program_that_leaves_another_one_behind_has_ended()
    {
        string pipe = _folder.Combine("pipe");
        UnixFiles.MakePipe(pipe);
        await Launch(TestProgram.Register(Program("cat \"$1\" & exit 0"), pipe)).Ended;

        Assert.Empty(Directory.GetFileSystemEntries(Launches));
        await File.WriteAllTextAsync(pipe, "go on");
    }

    [UnixFact]
    public void What_was_changed_after_its_registration_is_not_run()
    {
        string open = TestProgram.MakeFolder(_folder.Combine("open"), UnixFileMode.OtherWrite);
        string program = Program();
        File.CreateSymbolicLink(_folder.Combine("link"), program);
        using ApplicationStore store = Store();
        store.Register(TestProgram.Register(_folder.Combine("link")), isForced: false);
        StoredApplication registered = store.Find(TestProgram.Id)!;

        File.Delete(_folder.Combine("link"));
        File.CreateSymbolicLink(_folder.Combine("link"), TestProgram.Write(Path.Combine(open, "evil"), $"touch {Output}"));
        AssertNotRun($"other users can change '{open}'", registered);

        File.Delete(_folder.Combine("link"));
        AssertNotRun("not there", registered);

        File.CreateSymbolicLink(_folder.Combine("link"), program);
        TestProgram.Allow(program, UnixFileMode.OtherWrite);
        AssertNotRun($"other users can change '{program}'", registered);
    }

    [UnixFact(NeedsRoot = true)]
    public void What_was_given_away_after_its_registration_is_not_run()
    {
        string program = Program();
        using ApplicationStore store = Store();
        store.Register(TestProgram.Register(program), isForced: false);
        UnixFiles.GiveAway(program);

        AssertNotRun("belongs to another user", store.Find(TestProgram.Id)!);
    }

    // A shell would try to make sense of it.
    [UnixFact]
    public void What_the_system_cannot_run_is_an_error_that_leaves_nothing()
    {
        string path = TestProgram.Write(_folder.Combine("text"));
        File.WriteAllText(path, $"touch {Output}\n");

        AssertNotRun("could not be run", TestProgram.Register(path));
    }

    [UnixFact]
    public void What_a_node_before_left_is_deleted_at_the_start()
    {
        TestProgram.MakeFolder(Path.Combine(Launches, "0123"));
        File.WriteAllText(Path.Combine(Launches, "0123", "data.bin"), "x");
        File.CreateSymbolicLink(Path.Combine(Launches, "0123", "link"), TestProgram.MakeFolder(_folder.Combine("precious")));
        File.WriteAllText(Path.Combine(_folder.Combine("precious"), "x"), "x");
        _ = new ApplicationLauncher(Launches, SystemRandomSource.Instance);

        Assert.Empty(Directory.GetFileSystemEntries(Launches));
        Assert.True(File.Exists(Path.Combine(_folder.Combine("precious"), "x")));
    }

    [UnixFact]
    public async Task Several_run_at_a_time_each_in_its_own_folder()
    {
        string program = Program("cat \"$1\"");
        string[] pipes = [.. Enumerable.Range(0, 3).Select(n => _folder.Combine($"pipe{n}"))];
        Array.ForEach(pipes, UnixFiles.MakePipe);
        ApplicationLauncher launcher = new(Launches, SystemRandomSource.Instance);
        LaunchedProgram[] launched =
            [.. pipes.Select(pipe => launcher.Launch(TestProgram.Register(program, pipe), TestProgram.Info))];
        Assert.Equal(3, Directory.GetDirectories(Launches).Length);
        Assert.Equal(3, launched.Select(one => one.ProcessId).Distinct().Count());

        await File.WriteAllTextAsync(pipes[1], "go on");
        await launched[1].Ended;
        Assert.Equal(2, Directory.GetDirectories(Launches).Length);
        await File.WriteAllTextAsync(pipes[0], "go on");
        await File.WriteAllTextAsync(pipes[2], "go on");
        await Task.WhenAll(launched.Select(one => one.Ended));
    }

    private string Program(string script = "", string name = "program") => TestProgram.Write(_folder.Combine(name), script);

    private ApplicationStore Store() => ApplicationStore.Open(
        TestProgram.MakeFolder(_folder.Combine("applications")), _folder.Combine("all users"));

    private LaunchedProgram Launch(StoredApplication application) =>
        new ApplicationLauncher(Launches, SystemRandomSource.Instance).Launch(application, TestProgram.Info);

    private void AssertNotRun(string reason, StoredApplication application)
    {
        TestProgram.AssertRefused(PeerErrors.CannotStartService, reason, () => Launch(application));
        Assert.Empty(Directory.GetFileSystemEntries(Launches));
        Assert.False(File.Exists(Output));
    }
}

using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Node.Installation;
using PeerNet.Engine.Tests.NameService.Systems;

namespace PeerNet.Engine.Tests.Node.Installation;

/// <summary>What the Task Scheduler is told, on whichever system this runs.</summary>
public sealed class TaskManagerTests
{
    private const string Tasks = @"C:\Windows\System32\Tasks";

    private static readonly XNamespace Schema = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    private static readonly PeerNodeInstallRequest Plain = new()
    {
        Name = "cache",
        Program = [@"C:\Program Files\PowerShell\7\pwsh.exe", "-File", @"C:\run.ps1"],
    };

    private readonly FakeHost _host = new();
    private readonly TaskManager _manager;

    public TaskManagerTests() => _manager = new TaskManager(_host, Tasks, @"C:\ProgramData", "ann");

    [Fact]
    public void A_node_of_the_machine_starts_with_it_and_has_hardly_any_rights()
    {
        XElement task = Read(Plain);
        Assert.NotNull(task.Element(Schema + "Triggers")!.Element(Schema + "BootTrigger"));
        XElement principal = task.Element(Schema + "Principals")!.Element(Schema + "Principal")!;
        Assert.Equal("S-1-5-19", principal.Element(Schema + "UserId")!.Value);
        Assert.Equal("LeastPrivilege", principal.Element(Schema + "RunLevel")!.Value);
        Assert.Equal("PT0S", task.Element(Schema + "Settings")!.Element(Schema + "ExecutionTimeLimit")!.Value);
        Assert.Equal(Plain.Program[0], Action(task, "Command"));
        Assert.Equal(@"""-File"" ""C:\run.ps1"" ""-Name"" ""cache"" ""-StatePath"" ""C:\ProgramData\PeerNet\cache""", Action(task, "Arguments"));
    }

    [Theory]
    [InlineData(@"C:\it's <a> & b\", @"""C:\it's <a> & b\\""")]
    [InlineData(@"C:\a""b", @"""C:\a\""b""")]
    [InlineData(@"C:\a\""b", @"""C:\a\\\""b""")]
    [InlineData(@"\\server\share$\x", @"""\\server\share$\x""")]
    public void Each_argument_stays_what_it_is(string path, string quoted) =>
        Assert.EndsWith($" \"-ScriptPath\" {quoted}", Action(Read(Plain with { ScriptPath = path }), "Arguments"), StringComparison.Ordinal);

    [Theory]
    [InlineData(@"C:\100%PATH%.ps1")]
    [InlineData(@"C:\$(Arg0).ps1")]
    [InlineData("C:\\a\nb.ps1")]
    public void What_cannot_be_told_is_refused(string path) => Assert.Equal(
        PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => _manager.Install(Plain with { ScriptPath = path })).Error);

    [Fact]
    public void A_node_of_the_user_starts_when_the_user_logs_in_and_is_found_and_taken_away()
    {
        PeerNodeInstallRequest request = Plain with { Scope = PeerNodeScope.User, StatePath = @"D:\it's" };
        XElement task = Read(request);
        Assert.Equal("ann", task.Element(Schema + "Triggers")!.Element(Schema + "LogonTrigger")!.Element(Schema + "UserId")!.Value);
        _host.Files[$@"{Tasks}\PeerNet\ann\cache"] = task.ToString();
        PeerNodeInstallation found = Assert.Single(_manager.FindAll());
        Assert.Equal(new("cache", PeerNodeScope.User, @"D:\it's", null), found);
        Assert.Contains(
            @"    Unregister-ScheduledTask -TaskName 'cache' -TaskPath '\PeerNet\ann\' -Confirm:$false".TrimStart(),
            SystemRouting.Describe(_manager.Uninstall(found)));
    }

    // The task's text stands in the script that registers it, as one of PowerShell's own.
    private XElement Read(PeerNodeInstallRequest request)
    {
        string script = Assert.IsType<SystemStep.Run>(Assert.Single(_manager.Install(request))).Arguments[^1];
        int start = script.IndexOf("-Xml '", StringComparison.Ordinal) + "-Xml '".Length;
        int end = script.LastIndexOf("'\nStart-ScheduledTask", StringComparison.Ordinal);
        return XElement.Parse(script[start..end].Replace("''", "'", StringComparison.Ordinal));
    }

    private static string Action(XElement task, string name) =>
        task.Element(Schema + "Actions")!.Element(Schema + "Exec")!.Element(Schema + name)!.Value;
}

using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Node.Installation;
using PeerNet.Engine.Tests.NameService.Systems;

namespace PeerNet.Engine.Tests.Node.Installation;

/// <summary>What launchd is told, on whichever system this runs.</summary>
public sealed class LaunchdManagerTests
{
    private const string Script = "/opt/<it's> & \"100%\" $HOME \\n.ps1";

    private static readonly PeerNodeInstallRequest Plain = new()
    {
        Name = "cache",
        Program = ["/usr/local/bin/pwsh", "-File", "/opt/run.ps1"],
        ScriptPath = Script,
    };

    private readonly FakeHost _host = new();
    private readonly LaunchdManager _manager;

    public LaunchdManagerTests() => _manager = new LaunchdManager(_host, "/Users/ann/Library/LaunchAgents", userId: 501);

    [Fact]
    public void A_node_of_the_machine_is_a_daemon_without_rights()
    {
        IReadOnlyList<SystemStep> steps = _manager.Install(Plain);
        Assert.Equal("Run install -d -m 0700 -o daemon /Library/Application Support/PeerNet/cache", steps[0].Lines[0]);
        Assert.Equal("/Library/LaunchDaemons/peernet.node.cache.plist", Assert.IsType<SystemStep.Write>(steps[1]).Path);
        Assert.Equal("Run launchctl bootstrap system /Library/LaunchDaemons/peernet.node.cache.plist", steps[2].Lines[0]);
        XElement list = Read(steps);
        Assert.Equal("daemon", ValueOf(list, "UserName").Value);
        Assert.Equal("true", ValueOf(list, "RunAtLoad").Name);
        Assert.Equal("<dict><key>SuccessfulExit</key><false /></dict>", ValueOf(list, "KeepAlive").ToString(SaveOptions.DisableFormatting));
    }

    [Fact]
    public void Each_argument_stays_what_it_is() => Assert.Equal(
        [
            "/usr/local/bin/pwsh", "-File", "/opt/run.ps1", "-Name", "cache", "-StatePath", "/Library/Application Support/PeerNet/cache",
            "-ScriptPath", Script,
        ],
        ValueOf(Read(_manager.Install(Plain)), "ProgramArguments").Elements().Select(argument => argument.Value));

    [Fact]
    public void A_line_break_is_refused() => Assert.Equal(
        PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => _manager.Install(Plain with { ScriptPath = "/opt/a\nb" })).Error);

    [Fact]
    public void A_node_of_the_user_is_an_agent_that_is_found_and_taken_away()
    {
        PeerNodeInstallRequest request = Plain with { Scope = PeerNodeScope.User, StatePath = "/Users/ann/a & b" };
        IReadOnlyList<SystemStep> steps = _manager.Install(request);
        SystemStep.Write write = steps.OfType<SystemStep.Write>().Single();
        Assert.Equal("/Users/ann/Library/LaunchAgents/peernet.node.cache.plist", write.Path);
        Assert.DoesNotContain("UserName", write.Text, StringComparison.Ordinal);
        _host.Files[write.Path] = write.Text;
        PeerNodeInstallation found = Assert.Single(_manager.FindAll());
        Assert.Equal(new("cache", PeerNodeScope.User, "/Users/ann/a & b", null), found);
        Assert.Equal(
            ["Run launchctl bootout gui/501/peernet.node.cache", $"Delete {write.Path}"],
            SystemRouting.Describe(_manager.Uninstall(found)));
    }

    private static XElement Read(IReadOnlyList<SystemStep> steps) =>
        XDocument.Parse(steps.OfType<SystemStep.Write>().Single().Text).Root!.Element("dict")!;

    private static XElement ValueOf(XElement dictionary, string key) =>
        dictionary.Elements("key").Single(element => element.Value == key).ElementsAfterSelf().First();
}

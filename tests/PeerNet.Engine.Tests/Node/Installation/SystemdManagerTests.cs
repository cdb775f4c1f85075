using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Node.Installation;
using PeerNet.Engine.Tests.NameService.Systems;

namespace PeerNet.Engine.Tests.Node.Installation;

/// <summary>What systemd is told, on whichever system this runs.</summary>
public sealed class SystemdManagerTests
{
    private const string Unit = "/etc/systemd/system/peernet-cache.service";
    private const string UserUnit = "/home/ann/.config/systemd/user/peernet-cache.service";

    private static readonly PeerNodeInstallRequest Plain = new() { Name = "cache", Program = ["/usr/bin/pwsh", "-File", "/opt/run.ps1"] };

    private readonly FakeHost _host = new();
    private readonly SystemdManager _manager;

    public SystemdManagerTests() => _manager = new SystemdManager(_host, "/home/ann/.config/systemd/user");

    [Fact]
    public void A_node_of_the_machine_has_a_user_and_folders_of_its_own_and_no_rights()
    {
        IReadOnlyList<SystemStep> steps = _manager.Install(Plain);
        Assert.Equal(Unit, Assert.IsType<SystemStep.Write>(steps[0]).Path);
        Assert.Equal(
            ["Run systemctl daemon-reload", "Run systemctl enable peernet-cache.service", "Run systemctl restart peernet-cache.service"],
            SystemRouting.Describe([.. steps.Skip(1)]));
        string[] lines = ReadLines(Plain);
        Assert.Contains(
            "ExecStart=:\"/usr/bin/pwsh\" \"-File\" \"/opt/run.ps1\" \"-Name\" \"cache\" \"-StatePath\" \"/var/lib/peernet-cache\"", lines);
        Assert.Contains("Type=notify", lines);
        Assert.Contains("Restart=on-failure", lines);
        Assert.Contains("SuccessExitStatus=143", lines);
        Assert.Contains("DynamicUser=yes", lines);
        Assert.Contains("StateDirectory=peernet-cache", lines);
        Assert.Contains("ProtectSystem=strict", lines);
        Assert.Contains("ProtectHome=yes", lines);
        Assert.Contains("PrivateTmp=yes", lines);
        Assert.Contains("NoNewPrivileges=yes", lines);
        Assert.Contains("CapabilityBoundingSet=", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("AmbientCapabilities", StringComparison.Ordinal));
        Assert.Contains("WantedBy=multi-user.target", lines);
    }

    [Fact]
    public void Low_ports_are_a_right_that_is_asked_for()
    {
        string[] lines = ReadLines(Plain with { AllowLowPorts = true });
        Assert.Contains("AmbientCapabilities=CAP_NET_BIND_SERVICE", lines);
        Assert.Contains("CapabilityBoundingSet=CAP_NET_BIND_SERVICE", lines);
    }

    [Fact]
    public void A_node_of_the_user_is_a_unit_of_the_user()
    {
        PeerNodeInstallRequest request = Plain with { Scope = PeerNodeScope.User, StatePath = "/home/ann/state" };
        IReadOnlyList<SystemStep> steps = _manager.Install(request);
        Assert.Equal(UserUnit, Assert.IsType<SystemStep.Write>(steps[0]).Path);
        Assert.Contains("Run systemctl --user enable peernet-cache.service", SystemRouting.Describe(steps));
        string[] lines = ReadLines(request);
        Assert.Contains("WantedBy=default.target", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("DynamicUser", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/opt/a b.ps1", "\"/opt/a b.ps1\"")]
    [InlineData("/opt/100%.ps1", "\"/opt/100%%.ps1\"")]
    [InlineData("/opt/$HOME ${x}.ps1", "\"/opt/$HOME ${x}.ps1\"")]
    [InlineData("/opt/\"it's\".ps1", "\"/opt/\\\"it's\\\".ps1\"")]
    [InlineData("/opt/back\\n.ps1", "\"/opt/back\\\\n.ps1\"")]
    [InlineData("/opt/end\\", "\"/opt/end\\\\\"")]
    [InlineData(";", "\";\"")]
    public void Each_argument_stays_what_it_is(string script, string quoted) => Assert.Contains(
        ReadLines(Plain with { ScriptPath = script }),
        line => line.StartsWith("ExecStart=:", StringComparison.Ordinal) && line.EndsWith($" \"-ScriptPath\" {quoted}", StringComparison.Ordinal));

    [Theory]
    [InlineData("/opt/a\nExecStartPre=/bin/evil")]
    [InlineData("/opt/a\r")]
    [InlineData("/opt/a\0")]
    [InlineData("/opt/a\u001b[2J")]
    public void A_line_break_is_refused(string path)
    {
        Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => _manager.Install(Plain with { ScriptPath = path })).Error);
        Assert.Equal(
            PeerErrors.InvalidArgument,
            Assert.Throws<PeerException>(() => _manager.Install(Plain with { StatePath = path, User = "ann" })).Error);
    }

    [Fact]
    public void What_the_service_could_not_see_is_refused_or_shown_to_it()
    {
        Assert.Contains("ProtectHome=read-only", ReadLines(Plain with { ScriptPath = "/home/ann/node.ps1" }));
        PeerException hidden = Assert.Throws<PeerException>(() => _manager.Install(Plain with { ScriptPath = "/tmp/node.ps1" }));
        Assert.Contains("temporary", hidden.Message, StringComparison.Ordinal);
        PeerException changing = Assert.Throws<PeerException>(() => _manager.Install(Plain with { StatePath = "/srv/cache" }));
        Assert.Contains("-User", changing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_and_a_user_that_are_named_are_used()
    {
        PeerNodeInstallRequest request = Plain with { StatePath = "/srv/a cache", User = "peer" };
        Assert.Equal("Run install -d -m 0700 -o peer /srv/a cache", SystemRouting.Describe(_manager.Install(request))[0]);
        string[] lines = ReadLines(request);
        Assert.Contains("User=peer", lines);
        Assert.Contains("ReadWritePaths=\"/srv/a cache\"", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("DynamicUser", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_systemd_nothing_is_installed()
    {
        Assert.Equal(PeerErrors.ServiceNotAvailable, Assert.Throws<PeerException>(_manager.RequireThere).Error);
        _host.Folders.Add("/run/systemd/system");
        _manager.RequireThere();
    }

    [Fact]
    public void What_was_installed_is_found_and_what_others_wrote_is_left_alone()
    {
        _host.Files[Unit] = ReadText(Plain);
        _host.Files[UserUnit] = ReadText(Plain with { Scope = PeerNodeScope.User, StatePath = "/home/ann/100% state" });
        _host.Files["/etc/systemd/system/peernet-other.service"] = "[Unit]\n";
        Assert.Equal(
            [
                new("cache", PeerNodeScope.System, "/var/lib/peernet-cache", null),
                new("cache", PeerNodeScope.User, "/home/ann/100% state", null),
            ],
            _manager.FindAll());
        Assert.Equal(
            PeerErrors.AlreadyExists, Assert.Throws<PeerException>(() => _manager.Install(Plain with { Name = "other" })).Error);
        _host.Folders.Add("/run/systemd/system");
        Assert.False(_manager.FindAll()[0].IsActive);
        _host.Folders.Add("/sys/fs/cgroup/system.slice/peernet-cache.service");
        Assert.True(_manager.FindAll()[0].IsActive);
    }

    private string ReadText(PeerNodeInstallRequest request) => _manager.Install(request).OfType<SystemStep.Write>().Single().Text;

    private string[] ReadLines(PeerNodeInstallRequest request) => ReadText(request).Split('\n');
}

using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Node.Installation;
using PeerNet.Engine.Tests.NameService.Systems;

namespace PeerNet.Engine.Tests.Node.Installation;

public sealed class NodeInstallerTests
{
    private const string Unit = "/etc/systemd/system/peernet-cache.service";

    private static readonly PeerNodeInstallRequest Request = new() { Name = "cache", Program = ["/usr/bin/pwsh"] };

    private readonly FakeHost _host = new();
    private readonly NodeInstaller _installer;

    public NodeInstallerTests()
    {
        _host.Folders.Add("/run/systemd/system");
        _installer = new NodeInstaller(_host, new SystemdManager(_host, "/home/ann/.config/systemd/user"));
    }

    [Fact]
    public async Task A_node_is_installed_once_found_and_uninstalled()
    {
        PeerNodeInstallation installed = await _installer.InstallAsync(Request, default);
        Assert.Equal(new("cache", PeerNodeScope.System, "/var/lib/peernet-cache", false), installed);
        Assert.Equal("systemctl restart peernet-cache.service", _host.Runs[^1]);
        Assert.Equal(
            PeerErrors.AlreadyExists, (await Assert.ThrowsAsync<PeerException>(() => _installer.InstallAsync(Request, default))).Error);
        await _installer.UninstallAsync(installed, default);
        Assert.Empty(_installer.FindAll());
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task It_is_replaced_when_that_is_said()
    {
        await _installer.InstallAsync(Request, default);
        await _installer.InstallAsync(Request with { Replace = true, AllowLowPorts = true }, default);
        Assert.Contains("systemctl disable --now peernet-cache.service", _host.Runs);
        Assert.Contains("AmbientCapabilities=", _host.Files[Unit], StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_be_done_is_shown_and_nothing_is_done()
    {
        Assert.Contains("    DynamicUser=yes", _installer.Describe(Request));
        Assert.Empty(_host.Files);
        Assert.Empty(_host.Runs);
    }

    [Fact]
    public async Task A_step_that_fails_is_named_with_what_is_left()
    {
        _host.Fails = step => step is SystemStep.Run { Arguments: ["enable", ..] } ? PeerErrors.CannotStartService.Exception("No.") : null;
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => _installer.InstallAsync(Request, default));
        Assert.Equal(PeerErrors.CannotStartService, failure.Error);
        Assert.Contains("Run systemctl enable peernet-cache.service: No.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Uninstall-PeerNode cache", failure.Message, StringComparison.Ordinal);
    }
}

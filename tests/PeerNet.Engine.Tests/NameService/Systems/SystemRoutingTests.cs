using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;

namespace PeerNet.Engine.Tests.NameService.Systems;

/// <summary>What each operating system is told, on whichever of them this runs.</summary>
public sealed class SystemRoutingTests
{
    private const string DropIn = "/etc/systemd/resolved.conf.d/peernet.conf";
    private const string Mark = "# Written by PeerNet (Enable-PeerNameService -Configure); Disable-PeerNameService deletes it.\n";
    private const string Reload = "systemctl try-reload-or-restart systemd-resolved.service";

    private static readonly IPEndPoint Server = new(IPAddress.Loopback, 15353);

    private readonly FakeHost _host = new();

    public SystemRoutingTests() => _host.Folders.Add("/run/systemd/resolve");

    [Fact]
    public async Task Systemd_resolved_is_told_of_one_domain_and_reads_it()
    {
        SystemRouting routing = OnLinux();
        await routing.TellAsync(Server, default);
        Assert.Equal(Mark + "[Resolve]\nDNS=127.0.0.1:15353\nDomains=~pnrp.net\n", _host.Files[DropIn]);
        Assert.Equal([Reload], _host.Runs);
        Assert.Equal("systemd-resolved", routing.ToldTo);
        await routing.TellAsync(new(IPAddress.IPv6Loopback, 53), default);
        Assert.Contains("DNS=[::1]:53\n", _host.Files[DropIn], StringComparison.Ordinal);
        Assert.True(await routing.TakeBackAsync(default));
        Assert.Empty(_host.Files);
        Assert.Equal([Reload, Reload, Reload], _host.Runs);
        Assert.Null(routing.ToldTo);
    }

    [Fact]
    public void What_would_be_done_is_shown_and_nothing_is_done()
    {
        Assert.Equal(
            [
                $"Write {DropIn}:", $"    {Mark.TrimEnd('\n')}", "    [Resolve]", "    DNS=127.0.0.1:15353", "    Domains=~pnrp.net",
                $"Run {Reload}",
            ],
            SystemRouting.Describe(new SystemdResolver(_host).Tell(Server)));
        Assert.Empty(new SystemdResolver(_host).TakeBack());
        Assert.Empty(_host.Files);
        Assert.Empty(_host.Runs);
    }

    [Fact]
    public async Task Told_twice_the_same_it_is_not_told_again()
    {
        SystemRouting routing = OnLinux();
        await routing.TellAsync(Server, default);
        await routing.TellAsync(Server, default);
        Assert.Single(_host.Runs);
    }

    [Fact]
    public async Task Without_systemd_resolved_it_is_said_what_to_write_where()
    {
        _host.Folders.Clear();
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => OnLinux().TellAsync(Server, default));
        Assert.Equal(PeerErrors.ServiceNotAvailable, failure.Error);
        Assert.Contains("server=/pnrp.net/127.0.0.1#15353", failure.Message, StringComparison.Ordinal);
        Assert.Contains("forward-addr: 127.0.0.1@15353", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/resolv.conf", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Files);
    }

    [Theory]
    [InlineData("/etc/systemd/resolved.conf")]
    [InlineData("/etc/systemd/resolved.conf.d/local.conf")]
    [InlineData("/usr/lib/systemd/resolved.conf.d/10-vendor.conf")]
    public async Task Where_it_has_servers_without_a_link_one_domain_cannot_be_routed(string path)
    {
        _host.Files[path] = "[Resolve]\n#DNS=192.0.2.1\nDNS=\nFallbackDNS=192.0.2.2\n";
        await OnLinux().TellAsync(Server, default);
        _host.Files[path] += "DNS=192.0.2.3\n";
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => OnLinux().TellAsync(Server, default));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_somebody_else_is_neither_overwritten_nor_deleted()
    {
        _host.Files[DropIn] = "[Resolve]\nDNS=192.0.2.1\n";
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => OnLinux().TellAsync(Server, default));
        Assert.Equal(PeerErrors.AlreadyExists, failure.Error);
        Assert.Contains("DNS=127.0.0.1:15353", failure.Message, StringComparison.Ordinal);
        Assert.False(await OnLinux().TakeBackAsync(default));
        Assert.Single(_host.Files);
    }

    [Fact]
    public async Task What_a_crash_has_left_is_taken_back_by_the_next_node()
    {
        await OnLinux().TellAsync(Server, default);
        Assert.True(await OnLinux().TakeBackAsync(default));
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task A_node_that_ends_leaves_what_another_one_has_told_since()
    {
        SystemRouting first = OnLinux();
        SystemRouting second = OnLinux();
        await first.TellAsync(Server, default);
        await second.TellAsync(new(IPAddress.Loopback, 5300), default);
        await first.ReleaseAsync();
        Assert.Contains("5300", _host.Files[DropIn], StringComparison.Ordinal);
        await second.ReleaseAsync();
        Assert.Empty(_host.Files);
        await second.ReleaseAsync();
        Assert.Equal(3, _host.Runs.Count);
    }

    [Fact]
    public async Task What_fails_half_way_is_taken_back_and_shown_to_an_administrator()
    {
        _host.Fails = step => step is SystemStep.Run && _host.Files.Count > 0 ? PeerErrors.AccessDenied.Exception("Denied.") : null;
        SystemRouting routing = OnLinux();
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => routing.TellAsync(Server, default));
        Assert.Equal(PeerErrors.AccessDenied, failure.Error);
        Assert.Contains("Denied.", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"Write {DropIn}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Files);
        Assert.Null(routing.ToldTo);
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_an_error_where_somebody_asks_for_it_and_none_where_a_node_ends()
    {
        SystemRouting routing = OnLinux();
        await routing.TellAsync(Server, default);
        _host.Fails = _ => PeerErrors.AccessDenied.Exception("Denied.");
        await Assert.ThrowsAsync<PeerException>(() => routing.TakeBackAsync(default));
        Assert.NotNull(routing.ToldTo);
        await routing.ReleaseAsync();
        Assert.Null(routing.ToldTo);
    }

    [Fact]
    public async Task MacOS_has_a_file_for_the_domain()
    {
        var routing = new SystemRouting(_host, new MacResolver(_host), NullLogger<SystemRouting>.Instance);
        await routing.TellAsync(Server, default);
        Assert.Equal(Mark + "nameserver 127.0.0.1\nport 15353\n", _host.Files["/etc/resolver/pnrp.net"]);
        Assert.Empty(_host.Runs);
        Assert.True(await routing.TakeBackAsync(default));
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task Windows_has_a_rule_and_asks_at_port_53_alone()
    {
        var routing = new SystemRouting(_host, new WindowsResolver(), NullLogger<SystemRouting>.Instance);
        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => routing.TellAsync(Server, default));
        Assert.Contains("-Port 53", failure.Message, StringComparison.Ordinal);
        await routing.TellAsync(new(IPAddress.Loopback, 53), default);
        const string remove = "Get-DnsClientNrptRule | Where-Object Comment -EQ 'PeerNet' | Remove-DnsClientNrptRule -Force";
        const string program = "powershell.exe -NoProfile -NonInteractive -Command $ErrorActionPreference = 'Stop'; ";
        Assert.Equal(
            [$"{program}{remove}; Add-DnsClientNrptRule -Namespace '.pnrp.net' -NameServers '127.0.0.1' -Comment 'PeerNet'; Clear-DnsClientCache"],
            _host.Runs);
        Assert.True(await routing.TakeBackAsync(default));
        Assert.Equal($"{program}{remove}; Clear-DnsClientCache", _host.Runs[^1]);
    }

    private SystemRouting OnLinux() => new(_host, new SystemdResolver(_host), NullLogger<SystemRouting>.Instance);
}

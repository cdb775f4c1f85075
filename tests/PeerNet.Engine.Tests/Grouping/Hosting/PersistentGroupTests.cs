using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Engine.Tests.Grouping.Hosting;

public sealed class PersistentGroupTests : IAsyncLifetime
{
    private GroupRig _ada = null!;

    public async Task InitializeAsync() => _ada = await GroupRig.StartAsync(new FakeLocator { IsSilent = true }, "Ada");

    public async Task DisposeAsync() => await _ada.DisposeAsync();

    [Fact]
    public async Task A_group_is_open_again_as_it_was()
    {
        int port = FreePort();
        PeerGroup made = await _ada.Groups.CreateAsync(Creation with { Port = port }, default, default);
        await _ada.Groups.ConnectAsync(new() { Group = made.PeerName, AllowsDirectConnections = true, Timeout = TimeSpan.FromSeconds(1) }, null, default);

        PeerGroup again = await RestartAsync();

        Assert.True(made.IsPersistent && again.IsPersistent && again.IsOpen);
        Assert.Equal(port, again.Port);
        Assert.True((await _ada.Groups.Graphs.ListAsync(false, default)).Single().AllowsDirectConnections);
    }

    [Fact]
    public async Task It_may_be_open_for_this_life_only()
    {
        PeerGroup made = await _ada.Groups.CreateAsync(Creation with { IsPersistent = false }, default, default);
        Assert.False(made.IsPersistent);

        Assert.False((await RestartAsync()).IsOpen);
        Assert.True((await ConnectAsync(made, isPersistent: null)).IsPersistent);
        Assert.False((await ConnectAsync(made, isPersistent: false)).IsPersistent);
        Assert.False((await ConnectAsync(made, isPersistent: null)).IsPersistent);
        Assert.False((await RestartAsync()).IsOpen);
    }

    [Fact]
    public async Task Its_database_alone_is_opened_again_where_that_is_wanted()
    {
        PeerGroup made = await _ada.CreateAsync();
        await _ada.Groups.DisconnectAsync(made.PeerName, default);
        Assert.False((await _ada.Groups.ConnectAsync(new() { Group = made.PeerName, IsOffline = true }, null, default)).IsPersistent);

        await _ada.Groups.ConnectAsync(new() { Group = made.PeerName, IsOffline = true, IsPersistent = true }, null, default);

        PeerGroup again = await RestartAsync();
        Assert.Equal((true, true, 0), (again.IsOpen, again.IsPersistent, again.Port));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_and_another_one_is_used()
    {
        int port = FreePort();
        await _ada.Groups.CreateAsync(Creation with { Port = port }, default, default);
        await _ada.Node.StopAsync(farewell: false, default);
        using var taker = new TcpListener(IPAddress.Loopback, port);
        taker.Start();

        await RestartAsync();

        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), Assert.Single(_ada.Node.Notices));
        await GroupRig.UntilAsync(async () => (await _ada.Groups.ListAsync(default)).Single() is { Port: not 0 } group && group.Port != port);
        taker.Stop();
        Assert.Equal(port, (await RestartAsync()).Port);
    }

    [Fact]
    public async Task What_cannot_be_opened_is_a_notice_until_it_is_left()
    {
        PeerGroup made = await _ada.CreateAsync();
        await _ada.Node.StopAsync(farewell: false, default);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_ada.Folder, "groups"), "*.graph"))
        {
            await File.WriteAllTextAsync(file, "no database");
        }

        Assert.False((await RestartAsync()).IsOpen);
        Assert.Contains("Disconnect-PeerGroup", Assert.Single(_ada.Node.Notices));

        await _ada.Groups.DisconnectAsync(made.PeerName, default);
        await RestartAsync();
        Assert.Empty(_ada.Node.Notices);
        await Assert.ThrowsAsync<PeerException>(() => _ada.Groups.DisconnectAsync(made.PeerName, default));
    }

    [Fact]
    public async Task A_damaged_file_is_told()
    {
        await _ada.CreateAsync();
        await _ada.Node.StopAsync(farewell: true, default);
        string file = Directory.EnumerateFiles(Path.Combine(_ada.Folder, "groups"), "*.json").Single();
        await File.WriteAllTextAsync(file, "{");

        await _ada.RestartAsync();

        Assert.Contains(file, Assert.Single(_ada.Node.Notices));
        Assert.Empty(await _ada.Groups.ListAsync(default));
    }

    private static PeerGroupCreation Creation { get; } = new() { FriendlyName = "Chess", Cloud = "Loopback_" };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task<PeerGroup> ConnectAsync(PeerGroup group, bool? isPersistent) => _ada.Groups.ConnectAsync(
        new() { Group = group.PeerName, IsPersistent = isPersistent, Timeout = TimeSpan.FromSeconds(1) }, null, default);

    private async Task<PeerGroup> RestartAsync()
    {
        await _ada.RestartAsync();
        return Assert.Single(await _ada.Groups.ListAsync(default));
    }
}

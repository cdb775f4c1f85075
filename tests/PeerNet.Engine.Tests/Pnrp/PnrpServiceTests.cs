using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Core;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Tests.Transport;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class PnrpServiceTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 4096).Select(i => (byte)i)];

    private readonly TestNetwork _network = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Theory]
    [InlineData(PeerSuite.Modern)]
    [InlineData(PeerSuite.Windows)]
    public async Task A_name_with_ten_endpoints_and_four_KiB_is_found_and_verified(PeerSuite suite)
    {
        PeerNode publisher = await _network.StartAsync("publisher", o => o with { Suite = suite });
        PeerNode resolver = await _network.StartAsync("resolver", o => o with { Suite = suite });
        PeerName name = TestNetwork.NewName(publisher);
        PeerAppEndpoint[] endpoints =
        [
            .. Enumerable.Range(1, 10).Select(i => new PeerAppEndpoint(
                IPAddress.Parse($"2001:db8::{i}"), 1000 + i, i % 2 == 0 ? PeerProtocol.Udp : PeerProtocol.Tcp)),
        ];

        PeerNameRegistration registration = await TestNetwork.RegisterAsync(publisher, name, request => request with
        {
            Endpoints = endpoints,
            Comment = "Ein Name für alle",
            Data = Data,
        });
        PeerEndpointInfo found = Assert.Single(await TestNetwork.ResolveAsync(resolver, name));

        Assert.Equal(registration.PnrpId, found.PnrpId);
        Assert.Equal(endpoints, found.Endpoints);
        Assert.Equal("Ein Name für alle", found.Comment);
        Assert.Equal(Data, found.Data);
        Assert.True(found.IsVerified);
        Assert.Equal(name.Authority, found.Signer);
        Assert.Equal("Loopback_", found.Cloud);
        Assert.NotEmpty(found.Path);
    }

    [Fact]
    public async Task An_unsecured_name_is_found_and_never_called_verified()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName name = TestNetwork.Name("0.printer");

        PeerNameRegistration registration = await TestNetwork.RegisterAsync(publisher, name, r => r with { Text = "grün" });
        PeerEndpointInfo found = Assert.Single(await TestNetwork.ResolveAsync(resolver, name));

        Assert.Equal("grün", found.Text);
        Assert.False(found.IsVerified);
        Assert.Equal(publisher.Identities.Default!.PeerName.Value, registration.Identity);
        Assert.Equal(publisher.Identities.Default.PeerName.Authority, found.Signer);
        Assert.Equal([new PeerAppEndpoint(IPAddress.Loopback, 8080)], found.Endpoints);
    }

    [Fact]
    public async Task A_seed_on_this_machine_is_asked_in_the_loopback_cloud()
    {
        _network.Multicast.IsForbidden = true;
        var interfaces = new FakeInterfaces(FakeInterfaces.DualLoopback);
        PeerNodeOptions Local(PeerNodeOptions options) => options with { ListenAddresses = [IPAddress.IPv6Loopback] };
        PeerNode publisher = await _network.StartAsync("publisher", Local, interfaces);
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(publisher, name);

        int port = publisher.GetStatus().Ports["Pnrp"];
        PeerNode resolver = await _network.StartAsync(
            "resolver", options => Local(options) with { Seeds = [$"[::1]:{port}", "192.0.2.7"] }, interfaces);

        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
        Assert.Equal([$"[::1]:{port}"], (await TestNetwork.CloudAsync(resolver)).Seeds);
    }

    [MulticastFact]
    public async Task Two_nodes_at_the_IPv6_loopback_address_find_each_other_with_nothing_configured()
    {
        using var interfaces = new SystemNetworkInterfaces();
        var multicast = new UdpMulticastNetwork();
        PeerNodeOptions Local(PeerNodeOptions options) => options with { ListenAddresses = [IPAddress.IPv6Loopback] };
        PeerNode publisher = await _network.StartAsync("publisher", Local, interfaces, multicast);
        PeerNode resolver = await _network.StartAsync("resolver", Local, interfaces, multicast);
        PeerName name = TestNetwork.NewName(publisher);

        await TestNetwork.RegisterAsync(publisher, name);

        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
    }

    [MulticastFact]
    public async Task Two_nodes_of_a_machine_find_each_other_with_nothing_configured()
    {
        using var interfaces = new SystemNetworkInterfaces();
        var multicast = new UdpMulticastNetwork();
        PeerNodeOptions Local(PeerNodeOptions options) => options with { ListenAddresses = [IPAddress.Loopback] };
        PeerNode publisher = await _network.StartAsync("publisher", Local, interfaces, multicast);
        PeerNode resolver = await _network.StartAsync("resolver", Local, interfaces, multicast);
        PeerName name = TestNetwork.NewName(publisher);

        await TestNetwork.RegisterAsync(publisher, name);

        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
    }

    [Fact]
    public async Task A_state_folder_that_was_copied_with_its_machine_is_noticed()
    {
        PeerNode original = await _network.StartAsync("original");
        PeerName name = TestNetwork.NewName(original);
        await original.DisposeAsync();
        string folder = original.GetStatus().StorePath;
        string copied = folder + "-copied";
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copied, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        PeerNode again = await _network.StartAsync("original");
        PeerNode copy = await _network.StartAsync("copy", options => options with { StatePath = copied });
        await TestNetwork.RegisterAsync(again, name);
        PeerEvent noticed = await TestNetwork.WaitForAsync(
            again, candidate => candidate.Type == PeerEventType.IdentityElsewhere, () => TestNetwork.RegisterAsync(copy, name));

        var found = Assert.IsType<PeerIdentityElsewhere>(noticed.Detail);
        Assert.Equal((again.Identities.Default!.PeerName.Value, name.Value), (found.Identity, found.Source));
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, copy.GetStatus().Ports["Pnrp"])], found.Endpoints);
        Assert.Contains(name.Value, Assert.Single(again.TakeWarnings()), StringComparison.Ordinal);
        Assert.Empty(again.TakeWarnings());
    }

    [Fact]
    public async Task Registering_again_updates_the_registration()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName name = TestNetwork.NewName(publisher);

        PeerNameRegistration first = await TestNetwork.RegisterAsync(publisher, name, r => r with { Comment = "old" });
        PeerNameRegistration second = await TestNetwork.RegisterAsync(publisher, name, r => r with { Comment = "new" });

        Assert.Equal(first.PnrpId, second.PnrpId);
        Assert.Equal("new", Assert.Single(await publisher.Pnrp.GetRegistrationsAsync(default)).Comment);
        Assert.Equal("new", Assert.Single(await TestNetwork.ResolveAsync(resolver, name)).Comment);
    }

    [Fact]
    public async Task An_unregistered_name_is_found_no_more()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName kept = TestNetwork.NewName(publisher, "kept");
        PeerName given = TestNetwork.Name($"{kept.Authority}.given");
        await TestNetwork.RegisterAsync(publisher, kept);
        PeerNameRegistration registration = await TestNetwork.RegisterAsync(publisher, given);
        Assert.Single(await TestNetwork.ResolveAsync(resolver, given));

        await publisher.Pnrp.UnregisterAsync(registration, default);

        Assert.Empty(await TestNetwork.ResolveAsync(resolver, given));
        Assert.Single(await TestNetwork.ResolveAsync(resolver, kept));
        PeerException error = await Assert.ThrowsAsync<PeerException>(
            () => publisher.Pnrp.UnregisterAsync(registration, default));
        Assert.Equal(PeerErrors.NotFound, error.Error);
    }

    [Fact]
    public async Task A_node_that_takes_leave_withdraws_its_names()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode neighbour = await _network.StartAsync("neighbour");
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(neighbour, TestNetwork.NewName(neighbour));
        await TestNetwork.RegisterAsync(publisher, name);
        Assert.Single(await TestNetwork.ResolveAsync(neighbour, name));

        await publisher.StopAsync(farewell: true, default);

        PeerCloud cloud = await TestNetwork.CloudAsync(neighbour);
        Assert.DoesNotContain(cloud.Cache, entry => entry.PnrpId.P2PId == P2PIds.Create(SuiteAlgorithms.Modern, name));
        Assert.Empty(await TestNetwork.ResolveAsync(neighbour, name));
    }

    [Fact]
    public async Task A_lifetime_ends_a_registration()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerName name = TestNetwork.NewName(publisher);

        PeerEvent ended = await TestNetwork.WaitForAsync(
            publisher,
            happened => happened.Type == PeerEventType.NameUnregistered,
            () => TestNetwork.RegisterAsync(publisher, name, r => r with { Lifetime = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(name.Value, ended.Source);
        Assert.Equal(PeerRegistrationState.Unregistered, Assert.IsType<PeerNameRegistration>(ended.Detail).State);
        Assert.Empty(await publisher.Pnrp.GetRegistrationsAsync(default));
    }

    [Fact]
    public async Task A_cancelled_resolve_leaves_nothing_behind()
    {
        PeerNode node = await _network.StartAsync("node");
        using var cancellation = new CancellationTokenSource();
        IAsyncEnumerator<PeerEndpointInfo> results = node.Pnrp
            .ResolveAsync(new() { Name = TestNetwork.Name("0.nobody") }, cancellation.Token)
            .GetAsyncEnumerator(default);
        ValueTask<bool> waiting = results.MoveNextAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await results.DisposeAsync();
        Assert.Equal(0, await ((PnrpService)node.Pnrp).CountResolvesAsync());
    }

    [Fact]
    public async Task A_cancelled_registration_leaves_nothing_behind()
    {
        // Time stands still, so the announcement does not end by itself.
        PeerNode node = await _network.StartAsync("node", time: new HandTimeProvider());
        PeerName name = TestNetwork.NewName(node);
        using var cancellation = new CancellationTokenSource();
        Task registering = TestNetwork.WaitForAsync(
            node,
            happened => happened.Type == PeerEventType.NameRegistered,
            async () =>
            {
                // The event is raised before the announcement has ended.
                using IDisposable subscription = node.Subscribe(_ => cancellation.Cancel());
                await node.Pnrp.RegisterAsync(new() { Name = name, Port = 1 }, cancellation.Token);
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => registering);
        Assert.Empty(await node.Pnrp.GetRegistrationsAsync(default));
    }

    [Fact]
    public async Task A_seed_leads_into_the_cloud_and_is_remembered()
    {
        _network.Multicast.IsForbidden = true;
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(publisher, name);
        string seed = $"127.0.0.1:{publisher.GetStatus().Ports["Pnrp"]}";
        PeerNode resolver = await _network.StartAsync("resolver");

        PeerCloud cloud = await resolver.Pnrp.ConfigureCloudAsync("Loopback_", null, null, [seed], default);

        Assert.Equal([seed], cloud.Seeds);
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
        await resolver.StopAsync(farewell: true, default);
        PeerNode again = await _network.StartAsync("resolver");
        Assert.Equal([seed], (await TestNetwork.CloudAsync(again)).Seeds);
        Assert.Single(await TestNetwork.ResolveAsync(again, name));
    }

    [Fact]
    public async Task A_restarted_node_finds_its_cloud_by_remembered_addresses()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(publisher, name);
        PeerNode resolver = await _network.StartAsync("resolver");
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
        await resolver.StopAsync(farewell: true, default);

        _network.Multicast.IsForbidden = true;
        PeerNode again = await _network.StartAsync("resolver");

        Assert.Single(await TestNetwork.ResolveAsync(again, name));
    }

    [Fact]
    public async Task A_lost_interface_comes_back_and_the_name_with_it()
    {
        var interfaces = new FakeInterfaces(FakeInterfaces.Loopback);
        PeerNode publisher = await _network.StartAsync("publisher", interfaces: interfaces);
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(publisher, name);
        await TestNetwork.RegisterAsync(resolver, TestNetwork.NewName(resolver));
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));

        await TestNetwork.WaitForAsync(publisher, IsCloudIn(PeerCloudState.NoNetwork), () => Set(interfaces));
        PeerNameRegistration waiting = Assert.Single(await publisher.Pnrp.GetRegistrationsAsync(default));
        await TestNetwork.WaitForAsync(
            publisher, IsCloudIn(PeerCloudState.Active), () => Set(interfaces, FakeInterfaces.Loopback));

        Assert.Equal(PeerRegistrationState.Waiting, waiting.State);
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
    }

    [Fact]
    public async Task A_jump_of_the_clock_disturbs_nothing()
    {
        var clock = new JumpingTimeProvider();
        PeerNode publisher = await _network.StartAsync("publisher", time: clock);
        PeerNode resolver = await _network.StartAsync("resolver", time: clock);
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(publisher, name, r => r with { Lifetime = TimeSpan.FromHours(1) });
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));

        clock.Offset = TimeSpan.FromDays(400);
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));

        clock.Offset = TimeSpan.FromDays(-400);
        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
        Assert.Single(await publisher.Pnrp.GetRegistrationsAsync(default));
    }

    [Fact]
    public async Task A_flood_of_garbage_at_the_socket_is_counted_and_the_service_goes_on()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName name = TestNetwork.NewName(publisher);
        await TestNetwork.RegisterAsync(publisher, name);
        var target = new IPEndPoint(IPAddress.Loopback, publisher.GetStatus().Ports["Pnrp"]);
        var random = new Random(11);
        byte[] garbage = new byte[1500];
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(garbage);
            socket.Client.SendTo(garbage.AsSpan(0, random.Next(garbage.Length)), target);
        }

        Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
        PnrpStatistics statistics = publisher.GetStatus().Statistics;
        Assert.InRange(statistics.Dropped["Malformed"], 1, 100_000);
    }

    [Fact]
    public async Task A_ping_measures_a_node_and_gives_up_on_nobody()
    {
        PeerNode node = await _network.StartAsync("node");
        PeerNode other = await _network.StartAsync("other");
        await TestNetwork.RegisterAsync(other, TestNetwork.NewName(other));
        var there = new IPEndPoint(IPAddress.Loopback, other.GetStatus().Ports["Pnrp"]);
        var nobody = new IPEndPoint(IPAddress.Parse("127.0.0.9"), there.Port);

        Assert.NotNull(await node.Pnrp.PingAsync(there, TimeSpan.FromSeconds(30), default));
        Assert.Null(await node.Pnrp.PingAsync(nobody, TimeSpan.FromMilliseconds(100), default));
    }

    [Fact]
    public async Task A_port_that_was_asked_for_and_is_taken_is_an_error()
    {
        using var squatter = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)squatter.Client.LocalEndPoint!).Port;
        PeerNode node = await _network.StartAsync("node", options => options with { PnrpPort = port });

        PeerException error = await Assert.ThrowsAsync<PeerException>(() => node.StartPnrpAsync(default));

        Assert.Equal(PeerErrors.UnableToListen, error.Error);
        squatter.Dispose();
        await node.StartPnrpAsync(default);
        Assert.Equal(port, node.GetStatus().Ports["Pnrp"]);
    }

    private static Predicate<PeerEvent> IsCloudIn(PeerCloudState state) => happened =>
        happened is { Type: PeerEventType.CloudChanged, Detail: PeerCloud cloud } && cloud.State == state;

    private static Task Set(FakeInterfaces interfaces, params LocalInterface[] now)
    {
        interfaces.Set(now);
        return Task.CompletedTask;
    }
}

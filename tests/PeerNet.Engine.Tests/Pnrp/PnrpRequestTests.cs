using System.Net;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Pnrp;

/// <summary>What is refused, with which error, and what it says.</summary>
public sealed class PnrpRequestTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly PeerName Printer = TestNetwork.Name("0.printer");

    private readonly TestNetwork _network = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    private static Task<PeerException> RefuseAsync(PeerNode node, PeerRegistrationRequest request) =>
        Assert.ThrowsAsync<PeerException>(() => node.Pnrp.RegisterAsync(request, default));

    [Fact]
    public async Task Everything_wrong_with_a_registration_is_said_at_once()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerException error = await RefuseAsync(node, new()
        {
            Name = Printer,
            Endpoints = [.. Enumerable.Repeat(new PeerAppEndpoint(IPAddress.Parse("239.1.1.1"), 0), 11)],
            Comment = new string('x', 40),
            Data = new byte[4097],
            Text = "",
            Lifetime = TimeSpan.Zero,
        });

        Assert.Equal(PeerErrors.InvalidArgument, error.Error);
        Assert.Equal(Printer.Value, error.Target);
        Assert.All(
            ["11 endpoints", "239.1.1.1", "40 characters", "4097 bytes", "not both", "The text", "lifetime"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.False(((PnrpService)node.Pnrp).IsStarted);
    }

    [Fact]
    public async Task A_name_must_say_something()
    {
        PeerNode node = await _network.StartAsync("node");

        Assert.Equal(PeerErrors.InvalidArgument, (await RefuseAsync(node, new() { Name = Printer })).Error);
    }

    [Fact]
    public async Task The_largest_registration_is_accepted()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerNameRegistration registration = await TestNetwork.RegisterAsync(node, Printer, request => request with
        {
            Port = 0,
            Endpoints = [.. Enumerable.Range(1, 10).Select(i => new PeerAppEndpoint(IPAddress.Parse("192.0.2.1"), i))],
            Comment = new string('ü', 39),
            Data = new byte[4096],
        });

        Assert.Equal(10, registration.Endpoints.Length);
    }

    [Fact]
    public async Task A_registration_may_last_for_years_but_not_for_ever()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerNameRegistration registration = await TestNetwork.RegisterAsync(
            node, Printer, request => request with { Lifetime = PeerRegistrationRequest.MaximumLifetime });
        Assert.NotNull(registration.Expires);

        PeerException error = await RefuseAsync(node, new() { Name = Printer, Port = 80, Lifetime = TimeSpan.MaxValue });
        Assert.Contains("lifetime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_cloud_is_an_error_that_names_those_there_are()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerException error = await RefuseAsync(node, new() { Name = Printer, Port = 1, Clouds = ["Global_"] });

        Assert.Equal(PeerErrors.NoCloud, error.Error);
        Assert.Contains("Loopback_", error.Message, StringComparison.Ordinal);
        PeerException resolve = await Assert.ThrowsAsync<PeerException>(
            () => TestNetwork.ResolveAsync(node, Printer, request => request with { Clouds = ["Nowhere_"] }));
        Assert.Equal(PeerErrors.NoCloud, resolve.Error);
    }

    [Fact]
    public async Task A_scope_stands_for_its_only_cloud_and_is_ambiguous_for_several()
    {
        var two = new FakeInterfaces(
            FakeInterfaces.Loopback,
            FakeInterfaces.Ethernet(2, "169.254.1.1/16"),
            FakeInterfaces.Ethernet(3, "169.254.2.2/16"));
        PeerNode node = await _network.StartAsync("node", interfaces: two);

        PeerException error = await RefuseAsync(node, new() { Name = Printer, Port = 1, Clouds = ["LinkLocal"] });
        PeerCloud loopback = await node.Pnrp.ConfigureCloudAsync("loopback", null, null, null, default);

        Assert.Equal(PeerErrors.CloudNameAmbiguous, error.Error);
        Assert.Contains("LinkLocal_eth2, LinkLocal_eth3", error.Message, StringComparison.Ordinal);
        Assert.Equal("Loopback_", loopback.Name);
    }

    [Fact]
    public async Task A_cloud_without_an_address_takes_no_registration()
    {
        var interfaces = new FakeInterfaces(FakeInterfaces.Loopback, FakeInterfaces.Ethernet(2, "169.254.1.1/16"));
        PeerNode node = await _network.StartAsync("node", interfaces: interfaces);

        PeerException error = await RefuseAsync(node, new() { Name = Printer, Port = 1, Clouds = ["LinkLocal_eth2"] });

        Assert.Equal(PeerErrors.PnrpCloudIsDead, error.Error);
    }

    [Fact]
    public async Task A_cloud_that_only_resolves_takes_no_registration_and_one_with_names_keeps_publishing()
    {
        PeerNode node = await _network.StartAsync("node");
        await node.Pnrp.ConfigureCloudAsync("Loopback_", null, PeerCloudMode.ResolveOnly, null, default);

        PeerException searchOnly = await RefuseAsync(node, new() { Name = Printer, Port = 1 });
        await node.Pnrp.ConfigureCloudAsync("Loopback_", null, PeerCloudMode.Full, null, default);
        await TestNetwork.RegisterAsync(node, Printer);
        PeerException busy = await Assert.ThrowsAsync<PeerException>(
            () => node.Pnrp.ConfigureCloudAsync("Loopback_", null, PeerCloudMode.ResolveOnly, null, default));
        PeerException open = await Assert.ThrowsAsync<PeerException>(
            () => node.Pnrp.ConfigureCloudAsync("Loopback_", false, null, null, default));

        Assert.Equal(PeerErrors.PnrpCloudIsSearchOnly, searchOnly.Error);
        Assert.Equal(PeerErrors.Busy, busy.Error);
        Assert.Contains("0.printer", busy.Message, StringComparison.Ordinal);
        Assert.Equal(PeerErrors.Busy, open.Error);
    }

    [Fact]
    public async Task A_closed_cloud_stays_closed_until_it_is_opened()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerCloud closed = await node.Pnrp.ConfigureCloudAsync("Loopback_", false, null, null, default);
        PeerException error = await RefuseAsync(node, new() { Name = Printer, Port = 1 });
        await node.Pnrp.ConfigureCloudAsync("Loopback_", true, null, null, default);

        Assert.Equal(PeerCloudState.Disabled, closed.State);
        Assert.Equal(PeerErrors.PnrpCloudDisabled, error.Error);
        await TestNetwork.RegisterAsync(node, Printer);
    }

    [Fact]
    public async Task Asking_for_the_clouds_opens_none()
    {
        PeerNode node = await _network.StartAsync("node");

        Assert.Equal(PeerCloudState.Virtual, (await TestNetwork.CloudAsync(node)).State);
        Assert.Empty(_network.Multicast.Said);
    }

    [Fact]
    public async Task Bad_seeds_are_all_named()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerException error = await Assert.ThrowsAsync<PeerException>(
            () => node.Pnrp.ConfigureCloudAsync("Loopback_", null, null, ["good.example", "bad:", "worse:1"], default));

        Assert.Equal(PeerErrors.InvalidArgument, error.Error);
        Assert.Contains("'bad:'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'worse:1'", error.Message, StringComparison.Ordinal);
        Assert.Empty((await TestNetwork.CloudAsync(node)).Seeds);
    }

    [Fact]
    public async Task A_secured_name_needs_its_owner()
    {
        PeerNode owner = await _network.StartAsync("owner");
        PeerNode thief = await _network.StartAsync("thief");
        PeerName name = TestNetwork.NewName(owner);
        TestNetwork.NewName(thief);

        PeerException unnamed = await RefuseAsync(thief, new() { Name = name, Port = 1 });
        PeerException named = await RefuseAsync(
            thief, new() { Name = name, Port = 1, Identity = thief.Identities.Default!.PeerName.Value });
        PeerException unknown = await RefuseAsync(thief, new() { Name = name, Port = 1, Identity = $"{name.Authority}.x" });

        Assert.Equal(PeerErrors.NotAuthorized, unnamed.Error);
        Assert.Equal(PeerErrors.NotAuthorized, named.Error);
        Assert.Equal(PeerErrors.IdentityNotFound, unknown.Error);
    }

    [Fact]
    public async Task A_delegate_registers_what_was_delegated_and_nothing_else()
    {
        PeerNode owner = await _network.StartAsync("owner");
        PeerNode assistant = await _network.StartAsync("assistant");
        PeerNode resolver = await _network.StartAsync("resolver");
        PeerName name = TestNetwork.NewName(owner, "service");
        TestNetwork.NewName(assistant);
        X509Certificate2 subject = assistant.Identities.Default!.Certificate;
        byte[] chain = owner.Identities.Delegate(
            owner.Identities.Default!.PeerName.Value, subject, ["service"], false, TimeSpan.FromDays(30), null);

        PeerNameRegistration registration = await TestNetwork.RegisterAsync(
            assistant, name, request => request with { DelegationChain = chain });
        PeerEndpointInfo found = Assert.Single(await TestNetwork.ResolveAsync(resolver, name));
        PeerException error = await RefuseAsync(
            assistant,
            new() { Name = TestNetwork.Name($"{name.Authority}.other"), Port = 1, DelegationChain = chain });

        Assert.True(registration.IsDelegated);
        Assert.True(found.IsVerified);
        Assert.True(found.IsDelegated);
        Assert.Equal(assistant.Identities.Default.PeerName.Authority, found.Signer);
        Assert.Equal(PeerErrors.NotAuthorized, error.Error);
    }

    [Fact]
    public async Task An_identity_of_the_other_suite_cannot_sign_here()
    {
        PeerNode node = await _network.StartAsync("node");
        PeerIdentity windows = node.Identities.Create("old", null, PeerSuite.Windows, makeDefault: true, []);

        PeerException error = await RefuseAsync(
            node, new() { Name = Printer, Port = 1, Identity = windows.PeerName.Value });
        PeerNameRegistration registration = await TestNetwork.RegisterAsync(node, Printer);

        Assert.Equal(PeerErrors.PnrpInvalidIdentity, error.Error);
        Assert.NotEqual(windows.PeerName.Value, registration.Identity);
    }

    [Fact]
    public async Task An_identity_that_signs_for_a_name_cannot_be_removed()
    {
        PeerNode node = await _network.StartAsync("node");
        PeerNameRegistration registration = await TestNetwork.RegisterAsync(node, Printer);

        Assert.Throws<PeerException>(() => node.Identities.Remove(registration.Identity));

        await node.Pnrp.UnregisterAsync(registration, default);
        node.Identities.Remove(registration.Identity);
        Assert.Empty(node.Identities.List());
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(501, 30)]
    [InlineData(1, 0)]
    [InlineData(1, 601)]
    public async Task A_resolve_out_of_range_is_refused(int maxResults, int seconds)
    {
        PeerNode node = await _network.StartAsync("node");

        PeerException error = await Assert.ThrowsAsync<PeerException>(() => TestNetwork.ResolveAsync(
            node, Printer, r => r with { MaxResults = maxResults, Timeout = TimeSpan.FromSeconds(seconds) }));

        Assert.Equal(PeerErrors.InvalidArgument, error.Error);
    }

    [Fact]
    public async Task A_stopped_node_says_that_it_has_stopped()
    {
        PeerNode node = await _network.StartAsync("node");
        await TestNetwork.RegisterAsync(node, Printer);
        await node.StopAsync(farewell: true, default);

        PeerException error = await RefuseAsync(node, new() { Name = Printer, Port = 1 });

        Assert.Equal(PeerErrors.NotInitialized, error.Error);
        Assert.Equal(PeerNodeState.Stopped, node.GetStatus().State);
        Assert.Empty(await node.Pnrp.GetRegistrationsAsync(default));
    }
}

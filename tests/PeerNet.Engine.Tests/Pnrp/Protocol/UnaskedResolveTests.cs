using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>What a resolve says that has found nothing: that nobody has the name, or why nobody could be asked.</summary>
public sealed class UnaskedResolveTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly PeerName Wanted = TestNetwork.Name("0.wanted");

    private readonly TestNetwork _network = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task Where_others_were_asked_nobody_has_it()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        await TestNetwork.RegisterAsync(publisher, TestNetwork.NewName(publisher));

        Assert.Null(await ResolveAsync(resolver));
    }

    [Fact]
    public async Task A_node_that_knows_no_other_says_so()
    {
        PeerNode node = await _network.StartAsync("node");

        PeerException? failure = await ResolveAsync(node);

        Assert.Equal(PeerErrors.NoOtherNode, failure?.Error);
        Assert.Equal("0.wanted", failure!.Target);
        Assert.Contains("'Loopback_'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Set-PeerCloud -Seed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_cloud_is_called_closed_also_where_it_was_not_named()
    {
        PeerNode node = await _network.StartAsync("node");
        await node.Pnrp.ConfigureCloudAsync("Loopback_", open: false, mode: null, seeds: null, default);

        Assert.Equal(PeerErrors.PnrpCloudDisabled, (await ResolveAsync(node))?.Error);
        Assert.Equal(PeerErrors.PnrpCloudDisabled, (await ResolveAsync(node, "Loopback_"))?.Error);
    }

    [Fact]
    public async Task A_cloud_without_an_address_is_called_dead()
    {
        var interfaces = new FakeInterfaces(FakeInterfaces.Loopback);
        PeerNode node = await _network.StartAsync("node", interfaces: interfaces);
        await ResolveAsync(node);
        await TestNetwork.WaitForAsync(
            node,
            happened => happened is { Type: PeerEventType.CloudChanged, Detail: PeerCloud { State: PeerCloudState.NoNetwork } },
            () =>
            {
                interfaces.Set();
                return Task.CompletedTask;
            });

        Assert.Equal(PeerErrors.PnrpCloudIsDead, (await ResolveAsync(node))?.Error);
    }

    [Fact]
    public async Task A_seed_that_does_not_answer_is_named()
    {
        PeerNode node = await _network.StartAsync("node");
        await node.Pnrp.ConfigureCloudAsync("Loopback_", null, null, ["127.0.0.9:3541"], default);

        PeerException? failure = await ResolveAsync(node);

        Assert.Equal(PeerErrors.HostUnreachable, failure?.Error);
        Assert.Contains("127.0.0.9:3541", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_ahead_is_told_with_the_number_of_answers_that_have_expired_by_it()
    {
        var clock = new JumpingTimeProvider { Offset = TimeSpan.FromHours(35) };
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver", time: clock);
        await TestNetwork.RegisterAsync(publisher, Wanted);

        PeerException? failure = await ResolveAsync(resolver);

        Assert.Equal(PeerErrors.TimeSkew, failure?.Error);
        Assert.StartsWith("Answers for '0.wanted' that are not valid", failure!.Message, StringComparison.Ordinal);
        Assert.Contains("Z: 1. ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Check the clock", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
        PeerCloud cloud = await TestNetwork.CloudAsync(resolver);
        Assert.Equal((1, 1), (cloud.ClockDoubts, cloud.Statistics.Dropped["Expired"]));
        Assert.False(cloud.Statistics.Dropped.ContainsKey("InvalidCpa"));
    }

    [Fact]
    public async Task Who_takes_nobody_for_a_neighbor_because_of_his_clock_is_told_of_the_clock()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync(
            "resolver", time: new JumpingTimeProvider { Offset = TimeSpan.FromHours(35) });
        await TestNetwork.RegisterAsync(publisher, Wanted);
        await TestNetwork.RegisterAsync(resolver, TestNetwork.NewName(resolver));

        Assert.NotEqual(0, (await TestNetwork.CloudAsync(resolver)).ClockDoubts);
        Assert.Equal(PeerErrors.TimeSkew, (await ResolveAsync(resolver))?.Error);
    }

    [Fact]
    public async Task A_machine_without_a_clock_finds_names_and_knows_that_its_own_are_refused()
    {
        var clock = new JumpingTimeProvider();
        clock.Offset = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero) - clock.GetUtcNow();
        PeerNode right = await _network.StartAsync("right");
        PeerNode wrong = await _network.StartAsync("wrong", time: clock);
        await TestNetwork.RegisterAsync(right, Wanted);
        PeerName refused = TestNetwork.NewName(wrong);
        await TestNetwork.RegisterAsync(wrong, refused);

        Assert.Single(await TestNetwork.ResolveAsync(wrong, Wanted));
        Assert.NotEqual(0, (await TestNetwork.CloudAsync(wrong)).ClockDoubts);
        Assert.Equal(PeerErrors.TimeSkew, (await ResolveAsync(right, name: refused))?.Error);
    }

    private static async Task<PeerException?> ResolveAsync(PeerNode node, string? cloud = null, PeerName? name = null)
    {
        var request = new PeerResolveRequest { Name = name ?? Wanted, Clouds = cloud is null ? [] : [cloud] };
        try
        {
            await foreach (PeerEndpointInfo found in node.Pnrp.ResolveAsync(request, default))
            {
                Assert.Fail($"{found.Name} was found.");
            }
        }
        catch (PeerException failure)
        {
            return failure;
        }

        return null;
    }
}

using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Simulation;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>The steps of MS-PNRP 3.1.4.2 as the machine asks for them, alone.</summary>
public sealed class DiscoveryStepsTests
{
    private readonly PnrpContext _context = new(SuiteAlgorithms.Modern, new SeededRandomSource(5));
    private readonly Messenger _messenger;
    private readonly DiscoverySteps _steps;

    public DiscoveryStepsTests()
    {
        _messenger = new(_context);
        var routes = new Routes(_context, _messenger, new(_context));
        _steps = new(_context, _messenger, routes, state => _context.State = state);
        _context.Now = new(TimeSpan.FromHours(1), default);
        _steps.Begin(PeerCloudState.Synchronizing);
    }

    [Fact]
    public void Each_way_is_tried_at_once_where_the_one_before_yields_nothing()
    {
        _steps.Completed(DiscoveryStep.CachedAddresses);
        _steps.Completed(DiscoveryStep.Multicast);
        _steps.Completed(DiscoveryStep.Seeds);

        Assert.Equal([DiscoveryStep.CachedAddresses, DiscoveryStep.Multicast, DiscoveryStep.Seeds], Asked());
        Assert.Equal(PeerCloudState.Alone, _context.State);
        Assert.False(_steps.IsDiscovering);
        Assert.Equal(TimeSpan.MaxValue, _steps.NextDue);
    }

    [Fact]
    public void A_way_that_is_silent_is_given_up_after_three_seconds()
    {
        Pass(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.Single(Asked());

        Pass(TimeSpan.FromTicks(1));
        Assert.Equal([DiscoveryStep.Multicast], Asked());
        Assert.Equal(PeerCloudState.Synchronizing, _context.State);
    }

    [Fact]
    public void Who_has_been_asked_is_waited_for()
    {
        var solicit = new SolicitMessage { Type = SolicitType.Any, HashedNonce = new byte[SuiteAlgorithms.HashLength] };
        _messenger.Ask(Machine.EndpointOf(2), solicit, PendingKind.Solicit, owner: null, default);

        _steps.Completed(DiscoveryStep.CachedAddresses);
        Assert.Single(Asked());

        _messenger.Clear();
        _steps.Advance();
        Assert.Equal([DiscoveryStep.Multicast], Asked());
    }

    [Fact]
    public void Floods_that_were_asked_for_have_the_whole_time()
    {
        _steps.ExpectFloods();
        _steps.Completed(DiscoveryStep.CachedAddresses);
        Assert.Single(Asked());

        Pass(TimeSpan.FromSeconds(3));
        Assert.Equal([DiscoveryStep.Multicast], Asked());
    }

    [Fact]
    public void The_end_of_another_step_means_nothing()
    {
        _steps.Completed(DiscoveryStep.Seeds);
        Assert.Single(Asked());

        _steps.Stop();
        _steps.Completed(DiscoveryStep.CachedAddresses);
        Assert.Empty(Asked());
    }

    [Fact]
    public void After_a_pause_the_present_way_has_its_whole_time_again()
    {
        _context.Now = new(TimeSpan.FromHours(9), default);
        _steps.Restart();
        _steps.Advance();
        Assert.Single(Asked());
        Assert.Equal(TimeSpan.FromHours(9) + TimeSpan.FromSeconds(3), _steps.NextDue);
    }

    private void Pass(TimeSpan time)
    {
        _context.Now = new(_context.Now.Elapsed + time, default);
        _steps.Advance();
    }

    private DiscoveryStep[] Asked() =>
        [.. _context.Output.Take().Select(effect => effect.News).OfType<PnrpNews.Discover>().Select(discover => discover.Step)];
}

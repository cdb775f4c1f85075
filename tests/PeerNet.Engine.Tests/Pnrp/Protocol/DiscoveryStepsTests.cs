using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>The steps of MS-PNRP 3.1.4.2 as the machine asks for them, alone.</summary>
public sealed class DiscoveryStepsTests
{
    private readonly Parts _parts = new();

    public DiscoveryStepsTests() => Steps.Begin(PeerCloudState.Synchronizing);

    private DiscoverySteps Steps => _parts.Discovery;

    [Fact]
    public void Each_way_is_tried_at_once_where_the_one_before_yields_nothing()
    {
        Steps.Completed(DiscoveryStep.CachedAddresses);
        Steps.Completed(DiscoveryStep.Multicast);
        Steps.Completed(DiscoveryStep.Seeds);

        Assert.Equal([DiscoveryStep.CachedAddresses, DiscoveryStep.Multicast, DiscoveryStep.Seeds], Asked());
        Assert.Equal(PeerCloudState.Alone, _parts.Context.State);
        Assert.False(Steps.IsDiscovering);
        Assert.Equal(TimeSpan.MaxValue, Steps.NextDue);
    }

    [Fact]
    public void A_way_that_is_silent_is_given_up_after_three_seconds()
    {
        Pass(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.Single(Asked());

        Pass(TimeSpan.FromTicks(1));
        Assert.Equal([DiscoveryStep.Multicast], Asked());
        Assert.Equal(PeerCloudState.Synchronizing, _parts.Context.State);
    }

    [Fact]
    public void Who_has_been_asked_is_waited_for()
    {
        var solicit = new SolicitMessage { Type = SolicitType.Any, HashedNonce = new byte[SuiteAlgorithms.HashLength] };
        _parts.Messenger.Ask(Machine.EndpointOf(2), solicit, PendingKind.Solicit, owner: null, default);

        Steps.Completed(DiscoveryStep.CachedAddresses);
        Assert.Single(Asked());

        _parts.Messenger.Clear();
        Steps.Advance();
        Assert.Equal([DiscoveryStep.Multicast], Asked());
    }

    [Fact]
    public void Floods_that_were_asked_for_have_the_whole_time()
    {
        Steps.ExpectFloods();
        Steps.Completed(DiscoveryStep.CachedAddresses);
        Assert.Single(Asked());

        Pass(TimeSpan.FromSeconds(3));
        Assert.Equal([DiscoveryStep.Multicast], Asked());
    }

    [Fact]
    public void The_end_of_another_step_means_nothing()
    {
        Steps.Completed(DiscoveryStep.Seeds);
        Assert.Single(Asked());

        Steps.Stop();
        Steps.Completed(DiscoveryStep.CachedAddresses);
        Assert.Empty(Asked());
    }

    [Fact]
    public void After_a_pause_the_present_way_has_its_whole_time_again()
    {
        _parts.Pass(TimeSpan.FromHours(8));
        Steps.Restart();
        Steps.Advance();
        Assert.Single(Asked());
        Assert.Equal(TimeSpan.FromHours(9) + TimeSpan.FromSeconds(3), Steps.NextDue);
    }

    private void Pass(TimeSpan time)
    {
        _parts.Pass(time);
        Steps.Advance();
    }

    private DiscoveryStep[] Asked() => [.. _parts.Take().News<PnrpNews.Discover>().Select(discover => discover.Step)];
}

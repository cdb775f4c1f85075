using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>MS-PNRP 3.1.4.1, 3.1.4.2, 3.1.4.5, 3.1.6, 3.1.7.1, 3.2.6.</summary>
public sealed class CloudStateMachineTests : IDisposable
{
    private readonly Machine _machine = new();

    [Fact]
    public void Discovery_tries_cached_addresses_then_multicast_then_seeds_and_goes_on_when_alone()
    {
        _machine.Advance(TimeSpan.FromSeconds(9.5));
        Assert.Equal(
            [DiscoveryStep.CachedAddresses, DiscoveryStep.Multicast, DiscoveryStep.Seeds], _machine.Steps[..3]);
        Assert.Contains(PeerCloudState.Alone, _machine.States);

        _machine.Advance(TimeSpan.FromSeconds(20));
        Assert.True(_machine.Steps.Count > 5);
        Assert.Equal(PeerCloudState.Alone, _machine.Pnrp.State);
    }

    [Fact]
    public void Steps_that_yield_nothing_are_not_waited_for()
    {
        foreach (DiscoveryStep step in Enum.GetValues<DiscoveryStep>())
        {
            Assert.Equal(PeerCloudState.Synchronizing, _machine.Pnrp.State);
            _machine.Pnrp.DiscoveryCompleted(_machine.Now, step);
        }

        Assert.Equal(PeerCloudState.Alone, _machine.Pnrp.State);
    }

    [Fact]
    public void A_cloud_without_addresses_has_no_network_until_there_is_one()
    {
        using var machine = new Machine(open: false);
        machine.Pnrp.Open(machine.Now, new OwnAddresses([]));
        Assert.Equal(PeerCloudState.NoNetwork, machine.Pnrp.State);
        Assert.Equal(-1, machine.Pnrp.Resolve(machine.Now, new ResolveTarget { Id = default }));

        machine.Pnrp.SetOwnAddresses(machine.Now, new OwnAddresses([Machine.Local]));
        Assert.Equal(PeerCloudState.Synchronizing, machine.Pnrp.State);
        machine.Pnrp.SetOwnAddresses(machine.Now, new OwnAddresses([]));
        Assert.Equal(PeerCloudState.NoNetwork, machine.Pnrp.State);
    }

    [Fact]
    public void A_closed_cloud_keeps_its_cache_for_fifteen_minutes()
    {
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.3)));
        _machine.Pnrp.Close(_machine.Now);
        _machine.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(PeerCloudState.Disabled, _machine.Pnrp.State);
        Assert.Equal(1, _machine.Pnrp.CacheCount);

        _machine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(PeerCloudState.Virtual, _machine.Pnrp.State);
        Assert.Equal(0, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void A_dead_node_vanishes_by_itself()
    {
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.3)));
        _machine.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(0, _machine.Pnrp.CacheCount);
        Assert.NotEqual(PeerCloudState.Active, _machine.Pnrp.State);
    }

    [Fact]
    public void Signs_of_life_are_asked_for_at_a_constant_rate()
    {
        for (int i = 0; i < 14; i++)
        {
            _machine.Learn(Machine.Route(10 + i, Machine.IdAt(i / 14.0)));
        }

        _machine.Advance(TimeSpan.FromSeconds(10));
        int inquires = 0;
        for (int second = 0; second < 600; second++)
        {
            _machine.Advance(TimeSpan.FromSeconds(1));
            foreach (Machine.Sent inquire in _machine.TakeAll(PnrpMessageType.Inquire))
            {
                inquires++;
                _machine.Answer(inquire);
            }

            _machine.TakeAll(PnrpMessageType.Lookup).ForEach(lookup => _machine.Answer(lookup));
        }

        Assert.InRange(inquires, 3 * 38, 3 * 41);
        Assert.Equal(14, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void A_gap_of_the_cache_is_looked_into_with_the_precision_of_its_slot()
    {
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.3)));
        _machine.Advance(TimeSpan.FromSeconds(11));

        List<Machine.Sent> lookups = _machine.TakeAll(PnrpMessageType.Lookup);

        Assert.NotEmpty(lookups);
        Assert.All(lookups, lookup =>
        {
            Assert.Equal(ResolveCriteria.UpperBits, lookup.AsLookup().Criteria);
            Assert.Equal(ResolveReason.CacheMaintenance, lookup.AsLookup().Reason);
            Assert.Equal(5, lookup.AsLookup().Precision);
        });
    }

    [Fact]
    public void After_a_suspension_nothing_is_given_up_and_nothing_bursts()
    {
        for (int i = 0; i < 14; i++)
        {
            _machine.Learn(Machine.Route(10 + i, Machine.IdAt(i / 14.0)));
        }

        _machine.Pnrp.Synchronize(_machine.Now, Machine.EndpointOf(99));
        _machine.Outbox.Clear();
        _machine.Sleep(TimeSpan.FromHours(8));
        _machine.Pnrp.Advance(_machine.Now);

        Assert.Empty(_machine.Synchronized);
        Assert.Equal(14, _machine.Pnrp.CacheCount);
        Assert.InRange(_machine.Outbox.Count, 1, 10);
    }

    [Fact]
    public void A_jump_of_the_wall_clock_disturbs_no_timer()
    {
        _machine.Pnrp.Synchronize(_machine.Now, Machine.EndpointOf(99));
        _machine.Outbox.Clear();
        var jumped = new Moment(_machine.Now.Elapsed + TimeSpan.FromMilliseconds(1), _machine.Now.Utc.AddYears(-5));
        _machine.Pnrp.Advance(jumped);
        Assert.Empty(_machine.Outbox);
        Assert.Empty(_machine.Synchronized);
    }

    [Fact]
    public void Flushing_empties_the_cache_but_for_the_leaf_sets()
    {
        LocalName own = _machine.NewName("own");
        Machine.Peer peer = _machine.NewPeer(9);
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.3)));
        _machine.Pnrp.Register(_machine.Now, own);
        _machine.Outbox.Clear();
        _machine.Learn(peer);

        _machine.Pnrp.FlushCache(_machine.Now);

        Assert.Equal(peer.Entry.Id, Assert.Single(_machine.Pnrp.GetCache()).PnrpId);
        Assert.Equal(1, _machine.Pnrp.GetLeafSetCount(own.Id));
    }

    [Fact]
    public void A_test_for_a_split_begins_at_the_seed_with_id_zero_and_tells_the_smaller_part()
    {
        LocalName own = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, own);
        Machine.Peer stranger = _machine.NewPeer(20);
        PnrpEndpoint seed = Machine.EndpointOf(77);

        _machine.Pnrp.DetectSplit(_machine.Now, seed);

        Machine.Sent first = _machine.Take(PnrpMessageType.Lookup);
        Assert.Equal(seed, first.Destination);
        Assert.Equal(default, first.AsLookup().ValidateId);
        Assert.Equal(own.Id.Next, first.AsLookup().Target);
        Assert.Equal(ResolveReason.SplitDetection, first.AsLookup().Reason);
        _machine.Answer(first, route: stranger.Entry);
        while (_machine.TakeAll(PnrpMessageType.Lookup) is { Count: > 0 } lookups)
        {
            lookups.ForEach(lookup => _machine.Answer(lookup));
        }

        // The proof comes first, so that the stranger is still one.
        List<Machine.Sent> inquires = _machine.TakeAll(PnrpMessageType.Inquire);
        _machine.AnswerAsPublisher(inquires[^1], stranger);
        Assert.Equal(SplitVerdict.InSmallerPart, Assert.Single(_machine.Verdicts));
        _machine.AnswerAsPublisher(inquires[0], stranger);
        Assert.Equal(stranger.Entry.Id, Assert.Single(_machine.Pnrp.GetCache()).PnrpId);
    }

    public void Dispose() => _machine.Dispose();
}

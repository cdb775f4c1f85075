using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>The Maintenance Timer (MS-PNRP 3.1.6.2), alone.</summary>
public sealed class MaintenanceTests
{
    private readonly Parts _parts = new();

    public MaintenanceTests()
    {
        _parts.Registering.UpdateCentres();
        _parts.Maintenance.Begin();
    }

    private TimeSpan Wait => _parts.Maintenance.NextDue - _parts.Context.Now.Elapsed;

    [Fact]
    public void The_first_period_begins_at_a_random_moment_and_the_next_ones_every_fifteen_seconds()
    {
        Fill(10);
        Assert.InRange(Wait, TimeSpan.Zero, PnrpLimits.SparseMaintenanceInterval);

        Pass();
        Assert.Equal(TimeSpan.FromSeconds(15), Wait);
        _parts.Maintenance.Advance();
        Assert.Equal(TimeSpan.FromSeconds(15), Wait);
    }

    [Fact]
    public void Whoever_knows_two_nodes_or_fewer_looks_every_ten_seconds()
    {
        Fill(2);
        Pass();
        Assert.Equal(TimeSpan.FromSeconds(10), Wait);
    }

    [Fact]
    public void Three_of_those_who_have_been_silent_longest_are_asked_for_a_sign_of_life()
    {
        Fill(3);
        _parts.Pass(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
        {
            _parts.Know(20 + i, Machine.IdAt(0.5 + (0.1 * i)));
        }

        _parts.Pass(PnrpLimits.MaintenanceInterval);
        Assert.Equal([10, 11, 12], Pass().Hosts(PnrpMessageType.Inquire).Order());
        Assert.Equal([20, 21, 22], Pass().Hosts(PnrpMessageType.Inquire).Order());
    }

    [Fact]
    public void Whoever_has_just_answered_is_not_asked()
    {
        Fill(5);
        Assert.Empty(Pass().Hosts(PnrpMessageType.Inquire));
    }

    [Fact]
    public void Two_gaps_are_looked_into_in_a_period_and_ever_fewer_where_nothing_comes_of_it()
    {
        Fill(6);
        int[] lookups = [.. Enumerable.Range(0, 120).Select(_ => Pass().Hosts(PnrpMessageType.Lookup).Length)];

        Assert.All(lookups, count => Assert.InRange(count, 0, PnrpLimits.GapLookups));
        Assert.Equal(PnrpLimits.GapLookups, lookups[0]);
        Assert.True(lookups[..30].Sum() > 2 * lookups[^30..].Sum());
    }

    [Fact]
    public void Whoever_knows_nobody_looks_for_others_again_unless_he_is_looking()
    {
        _parts.Context.State = PeerCloudState.Alone;
        Assert.Equal([DiscoveryStep.CachedAddresses], Pass().News<PnrpNews.Discover>().Select(discover => discover.Step));
        Assert.Equal(PeerCloudState.Alone, _parts.Context.State);
        Assert.Empty(Pass().Effects);
    }

    [Fact]
    public void Without_a_network_nothing_is_done()
    {
        _parts.Context.Own = new([]);
        Assert.Empty(Pass().Effects);
        _parts.Maintenance.Stop();
        Assert.Equal(TimeSpan.MaxValue, _parts.Maintenance.NextDue);
    }

    private void Fill(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _parts.Know(10 + i, Machine.IdAt(0.05 + (0.1 * i)));
        }
    }

    private Parts.Wishes Pass()
    {
        _parts.Messenger.Clear();
        _parts.Pass(_parts.Maintenance.NextDue - _parts.Context.Now.Elapsed > TimeSpan.Zero ? Wait : TimeSpan.Zero);
        _parts.Maintenance.Advance();
        return _parts.Take();
    }
}

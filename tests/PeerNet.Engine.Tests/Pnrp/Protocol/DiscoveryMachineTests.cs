using System.Net;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>The three steps of MS-PNRP 3.1.4.2, in virtual time.</summary>
public sealed class DiscoveryMachineTests
{
    private static readonly PnrpEndpoint First = PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.1:3540"));
    private static readonly PnrpEndpoint Second = PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.2:3540"));
    private static readonly SeedAddress SeedA = new("a.example.org", 3540);
    private static readonly SeedAddress SeedB = new("b.example.org", 3540);

    private readonly DiscoveryMachine _machine = new(SuiteAlgorithms.Modern, PeerCloudScope.Global, new SeededRandom(3));
    private readonly MulticastPlace _link;
    private Moment _now = new(TimeSpan.FromHours(1), new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public DiscoveryMachineTests()
    {
        CloudDescription cloud = CloudPlan.From([FakeInterfaces.Ethernet(2, "192.0.2.9/24")], AddressChoice.All)[0];
        _link = SsdpPlan.From(cloud)[0];
        _machine.SetNetwork(_now, [_link], cloud.Addresses, cloud.MachineAddresses);
    }

    [Fact]
    public void Remembered_addresses_are_tried_and_the_link_is_searched_meanwhile()
    {
        _machine.Run(_now, DiscoveryStep.CachedAddresses);
        Assert.IsType<DiscoveryEffect.Remember>(Assert.Single(_machine.TakeEffects()));

        _machine.Remembered(_now, [First, Second]);

        IReadOnlyList<DiscoveryEffect> effects = [.. _machine.TakeEffects()];
        Assert.StartsWith("M-SEARCH", TextOf(effects[0]), StringComparison.Ordinal);
        Assert.Equal([Found(First), Found(Second), new DiscoveryEffect.Completed(DiscoveryStep.CachedAddresses)], effects.Skip(1));
    }

    [Fact]
    public void Who_remembers_nobody_goes_on_at_once()
    {
        _machine.Run(_now, DiscoveryStep.CachedAddresses);
        _machine.TakeEffects();

        _machine.Remembered(_now, []);

        Assert.Equal([new DiscoveryEffect.Completed(DiscoveryStep.CachedAddresses)], _machine.TakeEffects());
        Assert.Equal(TimeSpan.MaxValue, _machine.NextDue);
    }

    [Fact]
    public void A_search_ends_after_half_a_second()
    {
        _machine.Run(_now, DiscoveryStep.Multicast);
        Assert.StartsWith("M-SEARCH", TextOf(Assert.Single(_machine.TakeEffects())), StringComparison.Ordinal);

        Hear("192.0.2.1");
        Assert.Equal([new DiscoveryEffect.Found(First, IsHeard: true)], _machine.TakeEffects());

        Pass(DiscoveryMachine.SearchTime - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_machine.TakeEffects());
        Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal([new DiscoveryEffect.Completed(DiscoveryStep.Multicast)], _machine.TakeEffects());
        Assert.Equal(TimeSpan.MaxValue, _machine.NextDue);
    }

    [Fact]
    public void On_this_machine_alone_a_search_takes_a_moment_and_who_is_late_still_counts()
    {
        CloudDescription cloud = CloudPlan.From([FakeInterfaces.Loopback], AddressChoice.All)[0];
        MulticastPlace loopback = SsdpPlan.From(cloud)[0];
        _machine.SetNetwork(_now, [loopback], cloud.Addresses, cloud.MachineAddresses);
        _machine.Run(_now, DiscoveryStep.Multicast);
        _machine.TakeEffects();

        Pass(DiscoveryMachine.LocalSearchTime);
        Assert.IsType<DiscoveryEffect.FindNeighbours>(Assert.Single(_machine.TakeEffects()));
        _machine.NeighboursFound(_now, []);
        _machine.TakeEffects();

        Hear("127.0.0.1", loopback);
        Assert.IsType<DiscoveryEffect.Found>(Assert.Single(_machine.TakeEffects()));
    }

    [Fact]
    public void Where_a_search_finds_nobody_another_process_of_the_machine_may_be_there()
    {
        _machine.Run(_now, DiscoveryStep.Multicast);
        _machine.TakeEffects();
        Pass(DiscoveryMachine.SearchTime);
        Assert.IsType<DiscoveryEffect.FindNeighbours>(Assert.Single(_machine.TakeEffects()));

        _machine.NeighboursFound(_now, [Second]);

        Assert.Equal([Found(Second), new DiscoveryEffect.Completed(DiscoveryStep.Multicast)], _machine.TakeEffects());
    }

    [Fact]
    public void Of_all_addresses_of_the_seeds_one_is_asked_and_each_time_the_next()
    {
        _machine.SetSeeds(_now, [SeedA, SeedB]);

        Assert.Equal([First, Second], Resolve(Found(First)));
        Assert.Equal([First, Second], Resolve(Found(Second)));
        Assert.Equal([First, Second], Resolve(Found(First)));

        IReadOnlyList<PnrpEndpoint> Resolve(DiscoveryEffect expected)
        {
            _machine.Run(_now, DiscoveryStep.Seeds);
            Assert.Equal([new DiscoveryEffect.Resolve(SeedA), new DiscoveryEffect.Resolve(SeedB)], _machine.TakeEffects());
            _machine.SeedResolved(_now, SeedB, [Second]);
            Assert.Empty(_machine.TakeEffects());
            _machine.SeedResolved(_now, SeedA, [First]);
            DiscoveryEffect[] effects = [.. _machine.TakeEffects()];
            Assert.Equal([expected, new DiscoveryEffect.Completed(DiscoveryStep.Seeds)], effects[1..]);
            return Assert.IsType<DiscoveryEffect.SeedsKnown>(effects[0]).Seeds;
        }
    }

    [Fact]
    public void Seeds_without_an_address_yield_nothing()
    {
        _machine.SetSeeds(_now, [SeedA]);
        _machine.Run(_now, DiscoveryStep.Seeds);
        _machine.TakeEffects();

        _machine.SeedResolved(_now, SeedA, []);
        Assert.Equal([new DiscoveryEffect.Completed(DiscoveryStep.Seeds)], _machine.TakeEffects());

        _machine.SetSeeds(_now, []);
        _machine.Run(_now, DiscoveryStep.Seeds);
        Assert.Equal([new DiscoveryEffect.Completed(DiscoveryStep.Seeds)], _machine.TakeEffects());
    }

    [Fact]
    public void Seeds_that_are_replaced_while_they_are_looked_up_no_longer_count()
    {
        _machine.SetSeeds(_now, [SeedA]);
        _machine.Run(_now, DiscoveryStep.Seeds);
        _machine.SetSeeds(_now, [SeedB]);
        _machine.TakeEffects();

        _machine.SeedResolved(_now, SeedA, [First]);
        Assert.Empty(_machine.TakeEffects());

        _machine.SeedResolved(_now, SeedB, [Second]);
        Assert.Contains(Found(Second), _machine.TakeEffects());
        _machine.SeedResolved(_now, SeedB, [First]);
        Assert.Empty(_machine.TakeEffects());
    }

    [Fact]
    public void Who_is_alone_looks_around_unless_he_has_just_looked()
    {
        _machine.SetSeeds(_now, [SeedA]);
        Assert.Equal(TimeSpan.FromSeconds(2), _machine.LookAround(_now));
        Assert.Contains(new DiscoveryEffect.Resolve(SeedA), _machine.TakeEffects());

        Pass(TimeSpan.FromSeconds(1));
        _machine.TakeEffects();
        Assert.Equal(TimeSpan.Zero, _machine.LookAround(_now));
        Assert.Empty(_machine.TakeEffects());

        _machine.SetSeeds(_now, []);
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(DiscoveryMachine.SearchTime, _machine.LookAround(_now));
    }

    [Fact]
    public void Who_is_alone_on_his_machine_waits_for_answers_that_are_late()
    {
        _machine.Run(_now, DiscoveryStep.Multicast);
        Pass(DiscoveryMachine.LocalSearchTime);
        Assert.Equal(DiscoveryMachine.SearchTime - DiscoveryMachine.LocalSearchTime, _machine.LookAround(_now));

        Pass(DiscoveryMachine.SearchTime);
        Assert.Equal(TimeSpan.Zero, _machine.LookAround(_now));
    }

    [Fact]
    public void A_link_that_comes_later_is_told_who_is_there()
    {
        _machine.SetNetwork(_now, [], [], []);
        _machine.Publish(_now, 3540);
        Assert.Empty(_machine.TakeEffects());

        _machine.SetNetwork(_now, [_link], [], []);

        string said = TextOf(Assert.Single(_machine.TakeEffects()));
        Assert.Contains("ssdp:alive", said, StringComparison.Ordinal);
        Assert.Contains("AL: [::ffff:192.0.2.9]:3540", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crowd_of_searchers_gets_a_bounded_number_of_answers_spread_over_a_tenth_of_a_second()
    {
        _machine.Publish(_now, 3540);
        _machine.TakeEffects();
        for (int i = 1; i <= 100; i++)
        {
            Say($"M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: {_machine.Target}\r\n\r\n", $"192.0.2.{i}");
        }

        Assert.Empty(_machine.TakeEffects());
        Assert.InRange(_machine.NextDue - _now.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal(32, _machine.TakeEffects().OfType<DiscoveryEffect.Answer>().Count());
        Assert.Equal(TimeSpan.MaxValue, _machine.NextDue);
    }

    private static DiscoveryEffect.Found Found(PnrpEndpoint endpoint) => new(endpoint, IsHeard: false);

    private static string TextOf(DiscoveryEffect effect) =>
        Encoding.ASCII.GetString(Assert.IsType<DiscoveryEffect.Say>(effect).Message);

    private void Hear(string node, MulticastPlace? link = null) => Say(
        $"HTTP/1.1 200 OK\r\nST: {_machine.Target}\r\nUSN: uuid:{node}\r\nAL: [::ffff:{node}]:3540\r\n\r\n", node, link);

    private void Say(string message, string source, MulticastPlace? link = null) =>
        _machine.Heard(_now, link ?? _link, new(IPAddress.Parse(source), 40_000), Encoding.ASCII.GetBytes(message));

    private void Pass(TimeSpan time)
    {
        _now = _now with { Elapsed = _now.Elapsed + time };
        if (_machine.NextDue <= _now.Elapsed)
        {
            _machine.Advance(_now);
        }
    }
}

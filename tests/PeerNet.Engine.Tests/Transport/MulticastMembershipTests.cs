using System.Net;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class MulticastMembershipTests : IAsyncDisposable
{
    private static readonly IPAddress Group = IPAddress.Parse("239.255.255.250");
    private static readonly IPEndPoint Stranger = IPEndPoint.Parse("192.0.2.9:40000");
    private static readonly LocalInterface Eth2 = FakeInterfaces.Ethernet(2, "192.0.2.1/24");
    private static readonly LocalInterface Eth3 = FakeInterfaces.Ethernet(3, "198.51.100.1/24");

    private readonly FakeMulticast _network = new();
    private readonly FakeInterfaces _interfaces = new(Eth2);
    private readonly NotingSink _sink = new();
    private readonly MulticastMembership _membership;

    public MulticastMembershipTests() =>
        _membership = new(_network, _interfaces, AddressChoice.All, 3702, _sink);

    public ValueTask DisposeAsync() => _membership.DisposeAsync();

    [Fact]
    public void Nothing_is_joined_before_it_is_wanted()
    {
        Assert.Empty(_membership.Set(isOpen: false, hears: true));

        Assert.Empty(_membership.Places);
        Assert.Empty(_network.Members());
    }

    [Fact]
    public void A_place_and_its_link_lead_to_each_other()
    {
        MulticastAttempt attempt = Assert.Single(_membership.Set(isOpen: true, hears: true));

        Assert.Equal(MulticastOutcome.Joined, attempt.Outcome);
        Assert.Equal([attempt.Place], _membership.Places);
        IMulticastLink link = _membership.Find(attempt.Place)!;
        Assert.Equal(attempt.Place, _membership.Find(link));
        _network.Inject(Stranger, Group, "heard");
        Assert.Equal([(link, "heard")], _sink.Received);
    }

    [Fact]
    public void Who_only_asks_does_not_hear_the_group()
    {
        Assert.Equal(MulticastOutcome.Joined, Assert.Single(_membership.Set(isOpen: true, hears: false)).Outcome);

        _network.Inject(Stranger, Group, "not heard");
        Assert.Empty(_sink.Received);
    }

    [Fact]
    public void Whoever_begins_to_hear_joins_again_and_the_old_link_is_no_longer_known()
    {
        MulticastPlace place = Assert.Single(_membership.Set(isOpen: true, hears: false)).Place;
        IMulticastLink asking = _membership.Find(place)!;

        Assert.Single(_membership.Set(isOpen: true, hears: true));

        Assert.Null(_membership.Find(asking));
        Assert.NotSame(asking, _membership.Find(place));
        Assert.Single(_network.Members());
    }

    [Fact]
    public void What_stays_as_it_is_keeps_its_link()
    {
        MulticastPlace place = Assert.Single(_membership.Set(isOpen: true, hears: true)).Place;
        IMulticastLink link = _membership.Find(place)!;

        _interfaces.Set(Eth3, Eth2);
        MulticastAttempt more = Assert.Single(_membership.Set(isOpen: true, hears: true));

        Assert.Equal("eth3", more.Place.Adapter.Name);
        Assert.Same(link, _membership.Find(place));
        Assert.Equal(2, _membership.Places.Count);
    }

    [Fact]
    public void An_interface_that_is_gone_is_left()
    {
        MulticastPlace place = Assert.Single(_membership.Set(isOpen: true, hears: true)).Place;

        _interfaces.Set(Eth3);
        _membership.Set(isOpen: true, hears: true);

        Assert.Null(_membership.Find(place));
        Assert.Equal(["eth3"], _network.Members().Select(member => member.Interface));
    }

    [Fact]
    public void A_port_of_another_program_is_told_once()
    {
        _network.IsJoiningForbidden = true;

        Assert.Equal(MulticastOutcome.Unheard, Assert.Single(_membership.Set(isOpen: true, hears: true)).Outcome);
        Assert.Empty(_membership.Set(isOpen: true, hears: true));
        Assert.Single(_membership.Places);
    }

    [Fact]
    public void What_the_system_refuses_is_tried_again_at_the_next_change()
    {
        _network.IsForbidden = true;
        Assert.Equal(MulticastOutcome.Refused, Assert.Single(_membership.Set(isOpen: true, hears: true)).Outcome);
        Assert.Empty(_membership.Places);

        _network.IsForbidden = false;
        Assert.Equal(MulticastOutcome.Joined, Assert.Single(_membership.Set(isOpen: true, hears: true)).Outcome);
        Assert.Single(_membership.Places);
    }

    [Fact]
    public async Task Whoever_has_left_for_good_does_not_come_back()
    {
        _membership.Set(isOpen: true, hears: true);

        await _membership.DisposeAsync();

        Assert.Empty(_membership.Places);
        Assert.Empty(_network.Members());
        Assert.Empty(_membership.Set(isOpen: true, hears: true));
        Assert.Empty(_network.Members());
    }

    private sealed class NotingSink : IMulticastSink
    {
        public List<(IMulticastLink Link, string Message)> Received { get; } = [];

        public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message) =>
            Received.Add((link, System.Text.Encoding.ASCII.GetString(message)));
    }
}

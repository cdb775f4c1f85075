using System.Net;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class MulticastPlanTests
{
    private static readonly LocalInterface Lo = new()
    {
        Name = "lo",
        Index = 1,
        IsLoopback = true,
        Addresses = [new(IPAddress.Loopback, 8), new(IPAddress.IPv6Loopback, 128)],
    };

    private static readonly LocalInterface Eth = FakeInterfaces.Ethernet(
        2, "192.0.2.1/24", "fe80::1/64", "2001:db8::1/64", "fd00::1/64");

    [Fact]
    public void Every_interface_is_used_in_both_families_IPv4_first()
    {
        Assert.Equal(
            [
                "lo 239.255.255.250:3702 127.0.0.1 127.0.0.1 ::1",
                "eth2 239.255.255.250:3702 192.0.2.1 192.0.2.1",
                "eth2 [ff02::c]:3702 fe80::1%2 2001:db8::1 fd00::1 fe80::1%2",
            ],
            Plan([Lo, Eth]));
    }

    [Theory]
    [InlineData("127.0.0.1", "lo 239.255.255.250:3702 127.0.0.1 127.0.0.1")]
    [InlineData("::1", "lo 239.255.255.250:3702 127.0.0.1 ::1")]
    [InlineData("192.0.2.1", "eth2 239.255.255.250:3702 192.0.2.1 192.0.2.1")]
    [InlineData("fd00::1", "eth2 [ff02::c]:3702 fe80::1%2 fd00::1")]
    [InlineData("fe80::1", "eth2 [ff02::c]:3702 fe80::1%2 fe80::1%2")]
    [InlineData("203.0.113.1")]
    public void Listen_addresses_choose_interfaces_families_and_what_is_told(string listen, params string[] links) =>
        Assert.Equal(links, Plan([Lo, Eth], listen));

    [Fact]
    public void Of_many_addresses_a_few_are_told_a_link_local_one_among_them()
    {
        LocalInterface adapter = FakeInterfaces.Ethernet(
            2, [.. Enumerable.Range(1, 9).Select(n => $"2001:db8::{n}/64"), "fe80::1/64"]);

        Assert.Equal(
            ["eth2 [ff02::c]:3702 fe80::1%2 2001:db8::1 2001:db8::2 2001:db8::3 fe80::1%2"], Plan([adapter]));
    }

    [Fact]
    public void The_number_of_places_is_limited()
    {
        LocalInterface[] many = [.. Enumerable.Range(1, 100).Select(n => FakeInterfaces.Ethernet(n, $"10.0.{n}.1/24"))];

        Assert.Equal(MulticastPlan.MaximumPlaces, Plan(many).Length);
    }

    [Fact]
    public void A_place_is_the_same_while_its_addresses_are()
    {
        MulticastPlace link = Assert.Single(From("192.0.2.1/24"));

        Assert.Equal(link, Assert.Single(From("192.0.2.1/24")));
        Assert.NotEqual(link, Assert.Single(From("192.0.2.1/25")));
        Assert.NotEqual(link, Assert.Single(From("192.0.2.1/24", "192.0.2.2/24")));

        static IReadOnlyList<MulticastPlace> From(params string[] addresses) =>
            MulticastPlan.From([FakeInterfaces.Ethernet(2, addresses)], AddressChoice.All, 3702);
    }

    [Fact]
    public void An_address_without_a_prefix_puts_nobody_on_the_link()
    {
        MulticastPlace link = Assert.Single(MulticastPlan.From([FakeInterfaces.Ethernet(2, "192.0.2.1/0")], AddressChoice.All, 3702));

        Assert.False(link.IsOnLink(IPAddress.Parse("192.0.2.2")));
    }

    private static string[] Plan(LocalInterface[] interfaces, params string[] listen) =>
    [
        .. MulticastPlan.From(interfaces, new() { Addresses = [.. listen.Select(IPAddress.Parse)] }, 3702).Select(link =>
            $"{link.Adapter.Name} {link.Group} {link.Sender.Address} {string.Join(' ', link.Published)}"),
    ];
}

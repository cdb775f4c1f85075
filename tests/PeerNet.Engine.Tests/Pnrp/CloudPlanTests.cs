using System.Net;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class CloudPlanTests
{
    private static string[] Names(IReadOnlyList<IPAddress> listen, params LocalInterface[] interfaces) =>
        [.. CloudPlan.From(interfaces, new() { Addresses = listen }).Select(cloud => cloud.Name)];

    [Fact]
    public void A_host_has_a_cloud_for_each_scope_and_link() => Assert.Equal(
        ["Global_", "SiteLocal_", "LinkLocal_eth2", "LinkLocal_eth3", "Loopback_"],
        Names(
            [],
            FakeInterfaces.Loopback,
            FakeInterfaces.Ethernet(2, "192.0.2.2/24", "fe80::2/64"),
            FakeInterfaces.Ethernet(3, "fe80::3/64", "169.254.3.3/16", "fec0::3/64")));

    // awdl0 on a Mac: a link-local address that leads to nobody.
    [Fact]
    public void A_link_that_the_system_has_for_itself_is_a_cloud_where_it_is_named()
    {
        LocalInterface[] interfaces =
        [
            FakeInterfaces.Ethernet(2, "fe80::2/64"),
            FakeInterfaces.Ethernet(3, "fe80::3/64", "192.0.2.3/24") with { Name = "awdl0", IsSystemLink = true },
        ];

        Assert.Equal(["Global_", "LinkLocal_eth2"], CloudPlan.From(interfaces, AddressChoice.All).Select(cloud => cloud.Name));
        Assert.Equal(
            ["Global_", "LinkLocal_awdl0"],
            CloudPlan.From(interfaces, new() { Interfaces = ["awdl*"] }).Select(cloud => cloud.Name));
    }

    [Fact]
    public void A_host_without_network_has_the_loopback_cloud_alone() =>
        Assert.Equal(["Loopback_"], Names([], FakeInterfaces.Loopback));

    [Fact]
    public void Listen_addresses_leave_out_everything_else() => Assert.Equal(
        ["Global_"],
        Names([IPAddress.Parse("192.0.2.2")], FakeInterfaces.Loopback, FakeInterfaces.Ethernet(2, "192.0.2.2/24", "fe80::2/64")));

    [Fact]
    public void A_link_local_listen_address_needs_no_zone() => Assert.Equal(
        ["LinkLocal_eth2"],
        Names([IPAddress.Parse("fe80::2")], FakeInterfaces.Loopback, FakeInterfaces.Ethernet(2, "192.0.2.2/24", "fe80::2/64")));

    [Fact]
    public void A_cloud_has_at_most_four_addresses_of_both_families()
    {
        string[] many = [.. Enumerable.Range(1, 6).Select(i => $"2001:db8::{i}/64"), "192.0.2.2/24"];

        CloudDescription global = CloudPlan.From([FakeInterfaces.Ethernet(2, many)], AddressChoice.All)[0];

        Assert.Equal(CloudDescription.MaximumAddresses, global.Addresses.Count);
        Assert.Contains(IPAddress.Parse("192.0.2.2"), global.Addresses);
    }

    [Fact]
    public void Addresses_for_everybody_come_before_unique_local_ones()
    {
        CloudDescription global = CloudPlan.From([FakeInterfaces.Ethernet(2, "fd00::2/64", "2001:db8::2/64")], AddressChoice.All)[0];

        Assert.Equal([IPAddress.Parse("2001:db8::2"), IPAddress.Parse("fd00::2")], global.Addresses);
    }

    [Fact]
    public void A_link_local_cloud_carries_its_zone()
    {
        CloudDescription link = CloudPlan.From([FakeInterfaces.Ethernet(7, "fe80::2/64")], AddressChoice.All)[0];

        Assert.Equal(7, link.ScopeId);
        Assert.True(link.IsLocalName);
    }

    [Fact]
    public void The_address_of_a_bridge_for_guests_is_used_and_not_published()
    {
        CloudDescription global = CloudPlan.From(
            [FakeInterfaces.HostOnly(2, "172.17.0.1/16"), FakeInterfaces.Ethernet(3, "192.0.2.2/24")], AddressChoice.All)[0];

        Assert.Equal([IPAddress.Parse("192.0.2.2"), IPAddress.Parse("172.17.0.1")], global.Addresses);
        Assert.Equal([IPAddress.Parse("192.0.2.2")], global.Published);
    }

    [Fact]
    public void The_address_of_a_bridge_for_guests_is_published_where_there_is_no_other()
    {
        CloudDescription global = CloudPlan.From([FakeInterfaces.HostOnly(2, "172.17.0.1/16")], AddressChoice.All)[0];

        Assert.Equal([IPAddress.Parse("172.17.0.1")], global.Published);
    }

    [Theory]
    [InlineData("eth3", "192.0.2.3")]
    [InlineData("ETH?", "192.0.2.2 192.0.2.3")]
    [InlineData("br*", "172.17.0.1")]
    public void Interfaces_are_chosen_by_name_or_wildcard(string pattern, string addresses)
    {
        LocalInterface[] interfaces =
        [
            FakeInterfaces.Loopback,
            FakeInterfaces.Ethernet(2, "192.0.2.2/24"),
            FakeInterfaces.Ethernet(3, "192.0.2.3/24"),
            FakeInterfaces.HostOnly(4, "172.17.0.1/16"),
        ];

        CloudDescription cloud = Assert.Single(CloudPlan.From(interfaces, new() { Interfaces = [pattern] }));

        Assert.Equal(addresses, string.Join(' ', cloud.Published));
        Assert.Equal(3, cloud.MachineAddresses.Count);
    }

    [Fact]
    public void An_address_that_interface_and_listen_address_do_not_both_name_is_left_out()
    {
        LocalInterface[] interfaces =
            [FakeInterfaces.Ethernet(2, "192.0.2.2/24", "192.0.2.9/24"), FakeInterfaces.Ethernet(3, "192.0.2.3/24")];
        var choice = new AddressChoice
        {
            Interfaces = ["eth2"],
            Addresses = [IPAddress.Parse("192.0.2.3"), IPAddress.Parse("192.0.2.9")],
        };

        Assert.Equal([IPAddress.Parse("192.0.2.9")], Assert.Single(CloudPlan.From(interfaces, choice)).Addresses);
    }

    [Fact]
    public void An_IPv4_address_places_its_node_by_its_first_bits()
    {
        Assert.Equal(0x2002_C000_0202_0000UL, ServiceLocation.PrefixOf(IPAddress.Parse("192.0.2.2")));
        Assert.Equal(0x2001_0DB8_0000_0001UL, ServiceLocation.PrefixOf(IPAddress.Parse("2001:db8:0:1::9")));
    }
}

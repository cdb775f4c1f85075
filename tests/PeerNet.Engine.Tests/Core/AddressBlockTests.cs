using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class AddressBlockTests
{
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("fe80::1%3", "fe80::2%3")]
    public void One_host_is_one_block(string one, string other) => Assert.Equal(Block(one), Block(other));

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2")]
    [InlineData("fe80::1%3", "fe80::1%4")]
    [InlineData("0.0.0.0", "::")]
    public void Several_hosts_are_several_blocks(string one, string other) => Assert.NotEqual(Block(one), Block(other));

    [Fact]
    public void On_a_link_of_this_machine_each_address_is_one_host()
    {
        IPAddress[] own = [IPAddress.Parse("2001:db8:1:2::1"), IPAddress.Parse("fe80::1%3")];

        Assert.NotEqual(Seen("2001:db8:1:2::7", 1), Seen("2001:db8:1:2::8", 1));
        Assert.NotEqual(Seen("fe80::7%3", 1), Seen("fe80::8%3", 1));
        Assert.Equal(Seen("2001:db8:1:2::7", 1), Seen("2001:db8:1:2::7", 2));
        Assert.Equal(Seen("2001:db8:1:9::7", 1), Seen("2001:db8:1:9::8", 1));

        AddressBlock Seen(string address, int port) => AddressBlock.Of(new(IPAddress.Parse(address), port), own);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void On_this_machine_each_port_is_one_process(string address)
    {
        IPAddress[] own = [IPAddress.Parse(address)];

        Assert.NotEqual(AddressBlock.Of(new(own[0], 4000), own), AddressBlock.Of(new(own[0], 4001), own));
        Assert.Equal(AddressBlock.Of(new(own[0], 4000), []), AddressBlock.Of(new(own[0], 4001), []));
    }

    private static AddressBlock Block(string address) => AddressBlock.Of(IPAddress.Parse(address));
}

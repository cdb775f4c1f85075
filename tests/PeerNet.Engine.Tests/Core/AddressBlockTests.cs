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

    private static AddressBlock Block(string address) => AddressBlock.Of(IPAddress.Parse(address));
}

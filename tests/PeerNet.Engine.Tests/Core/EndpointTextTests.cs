using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class EndpointTextTests
{
    [Theory]
    [InlineData("fe80::1%3", "[fe80::1]:3540")]
    [InlineData("fe80::1", "[fe80::1]:3540")]
    [InlineData("2001:db8::1", "[2001:db8::1]:3540")]
    [InlineData("::ffff:192.0.2.1", "[::ffff:192.0.2.1]:3540")]
    [InlineData("192.0.2.1", "192.0.2.1:3540")]
    public void No_zone_leaves_the_machine(string address, string text) =>
        Assert.Equal(text, EndpointText.Write(new(IPAddress.Parse(address), 3540)));

    [Theory]
    [InlineData("[fe80::1%3]:3540")]
    [InlineData("[fe80::1%25eth0]:3540")]
    [InlineData("[fe80::1%no such interface]:3540")]
    [InlineData("[fe80::1]:3540")]
    public void The_zone_of_another_machine_means_nothing(string text)
    {
        Assert.True(EndpointText.TryRead(text, out IPEndPoint? endpoint));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("fe80::1"), 3540), endpoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("]%")]
    [InlineData("[%]")]
    [InlineData("[fe80::1%3")]
    [InlineData("host.example:80")]
    public void What_is_no_endpoint_is_not_read(string text) => Assert.False(EndpointText.TryRead(text, out _));
}

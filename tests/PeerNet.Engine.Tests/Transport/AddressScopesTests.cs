using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class AddressScopesTests
{
    [Theory]
    [InlineData("127.0.0.1", nameof(AddressScope.Loopback))]
    [InlineData("127.9.9.9", nameof(AddressScope.Loopback))]
    [InlineData("::1", nameof(AddressScope.Loopback))]
    [InlineData("::ffff:127.0.0.1", nameof(AddressScope.Loopback))]
    [InlineData("169.254.7.7", nameof(AddressScope.LinkLocal))]
    [InlineData("169.253.7.7", nameof(AddressScope.Global))]
    [InlineData("fe80::1", nameof(AddressScope.LinkLocal))]
    [InlineData("fec0::1", nameof(AddressScope.SiteLocal))]
    [InlineData("fd00::1", nameof(AddressScope.Global))]
    [InlineData("2001:db8::1", nameof(AddressScope.Global))]
    [InlineData("10.1.2.3", nameof(AddressScope.Global))]
    [InlineData("100.64.0.1", nameof(AddressScope.Global))]
    [InlineData("0.0.0.0", nameof(AddressScope.None))]
    [InlineData("239.255.255.250", nameof(AddressScope.None))]
    [InlineData("255.255.255.255", nameof(AddressScope.None))]
    [InlineData("::", nameof(AddressScope.None))]
    [InlineData("ff02::c", nameof(AddressScope.None))]
    public void Each_address_has_one_scope(string address, string scope) =>
        Assert.Equal(Enum.Parse<AddressScope>(scope), AddressScopes.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData("192.0.2.2", 24, "192.0.2.77", true)]
    [InlineData("192.0.2.2", 24, "192.0.3.2", false)]
    [InlineData("192.0.2.2", 0, "198.51.100.1", true)]
    [InlineData("192.0.2.2", 32, "192.0.2.2", true)]
    [InlineData("192.0.2.2", 32, "192.0.2.3", false)]
    [InlineData("fd00::2", 64, "fd00::ffff:1", true)]
    [InlineData("fd00::2", 64, "fd01::2", false)]
    [InlineData("fd00::2", 0, "fd01::2", true)]
    [InlineData("fd00::2", 64, "192.0.2.2", false)]
    public void A_link_is_a_prefix(string local, int length, string other, bool isOnLink) =>
        Assert.Equal(isOnLink, new LocalAddress(IPAddress.Parse(local), length).IsOnLink(IPAddress.Parse(other)));
}

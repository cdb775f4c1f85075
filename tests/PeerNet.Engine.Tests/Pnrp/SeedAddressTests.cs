using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class SeedAddressTests
{
    [Theory]
    [InlineData("seed.example.org", "seed.example.org:3540")]
    [InlineData("seed.example.org:4000", "seed.example.org:4000")]
    [InlineData("192.0.2.1", "192.0.2.1:3540")]
    [InlineData("192.0.2.1:65535", "192.0.2.1:65535")]
    [InlineData("2001:db8::1", "[2001:db8::1]:3540")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:3540")]
    [InlineData("[2001:db8::1]:4000", "[2001:db8::1]:4000")]
    public void A_seed_is_read_in_each_of_its_forms(string text, string expected)
    {
        Assert.True(SeedAddress.TryParse(text, out SeedAddress? seed));
        Assert.Equal(expected, seed.ToString());
        Assert.True(SeedAddress.TryParse(seed.ToString(), out SeedAddress? again));
        Assert.Equal(seed, again);
    }

    [Theory]
    [InlineData("127.0.0.1", PeerCloudScope.Loopback)]
    [InlineData("[::1]:4000", PeerCloudScope.Loopback)]
    [InlineData("LOCALHOST:4000", PeerCloudScope.Loopback)]
    [InlineData("10.1.2.3", PeerCloudScope.Global)]
    [InlineData("2001:db8::1", PeerCloudScope.Global)]
    [InlineData("seed.example.org", PeerCloudScope.Global)]
    [InlineData("fe80::1", PeerCloudScope.LinkLocal)]
    public void A_seed_is_one_of_the_clouds_that_reach_it(string text, PeerCloudScope scope)
    {
        Assert.True(SeedAddress.TryParse(text, out SeedAddress? seed));
        Assert.True(seed.IsOf(scope));
        Assert.Single(Enum.GetValues<PeerCloudScope>(), seed.IsOf);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("host:")]
    [InlineData("host:1024")]
    [InlineData("host:65536")]
    [InlineData("host:+4000")]
    [InlineData("host:4000:5000")]
    [InlineData("ho st")]
    [InlineData("[2001:db8::1")]
    [InlineData("2001:db8::1]")]
    [InlineData("[host]:4000")]
    [InlineData("[192.0.2.1]:4000")]
    [InlineData("http://host")]
    public void Anything_else_is_refused(string? text) => Assert.False(SeedAddress.TryParse(text, out _));
}

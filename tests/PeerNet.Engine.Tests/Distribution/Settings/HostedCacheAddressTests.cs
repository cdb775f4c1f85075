using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Tests.Distribution.Settings;

public sealed class HostedCacheAddressTests
{
    [Theory]
    [InlineData("cache", 2, "http://cache/", "http://cache/")]
    [InlineData("cache", 1, "http://cache/", "https://cache/")]
    [InlineData("cache.example.net:8008", 2, "http://cache.example.net:8008/", "http://cache.example.net:8008/")]
    [InlineData("cache.example.net:8008", 1, "http://cache.example.net:8008/", "https://cache.example.net/")]
    [InlineData("[2001:db8::7]:8008", 1, "http://[2001:db8::7]:8008/", "https://[2001:db8::7]/")]
    [InlineData("https://cache:8443", 1, "https://cache:8443/", "https://cache:8443/")]
    [InlineData("http://cache:8008/", 2, "http://cache:8008/", "http://cache:8008/")]
    public void A_host_is_asked_and_offered_to_where_Windows_does(string text, int version, string retrieval, string offers)
    {
        Assert.True(HostedCacheAddress.TryParse(text, version, out HostedCacheAddress? address));
        Assert.Equal(new Uri(retrieval), address.Retrieval);
        Assert.Equal(new Uri(offers), address.Offers);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("cache/path")]
    [InlineData("ftp://cache/")]
    [InlineData("http://user:secret@cache/")]
    [InlineData("http://cache/?query")]
    [InlineData("cache:0")]
    [InlineData("cache:70000")]
    [InlineData("2001:db8::7")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(HostedCacheAddress.TryParse(text, 2, out _));
    }

    [Fact]
    public void Version_1_is_not_offered_to_in_the_clear()
    {
        Assert.False(HostedCacheAddress.TryParse("http://cache:8008/", 1, out _));
    }
}

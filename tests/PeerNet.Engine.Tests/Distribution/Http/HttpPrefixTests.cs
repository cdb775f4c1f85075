using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class HttpPrefixTests
{
    [Theory]
    [InlineData("http://localhost:8080/files/", "localhost", 8080, "/files/")]
    [InlineData("http://localhost:8080/files", "localhost", 8080, "/files/")]
    [InlineData("http://192.0.2.1/", "192.0.2.1", 80, "/")]
    [InlineData("http://[::1]:81/", "[::1]", 81, "/")]
    [InlineData("http://+:8080/a%20b/", "+", 8080, "/a b/")]
    [InlineData("http://*:8080/", "+", 8080, "/")]
    public void A_prefix_has_a_host_a_port_and_a_path(string text, string host, int port, string path)
    {
        HttpPrefix prefix = HttpPrefix.Parse(text);

        Assert.Equal((host, port, path), (prefix.Host, prefix.Port, prefix.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8080")]
    [InlineData("https://localhost/")]
    [InlineData("http://user@localhost/")]
    [InlineData("http://localhost/?x")]
    [InlineData("http://+evil:8080/")]
    [InlineData("http://localhost:0/")]
    public void Anything_else_is_refused_with_an_example(string text)
    {
        PeerException error = Assert.Throws<PeerException>(() => HttpPrefix.Parse(text));

        Assert.Same(PeerErrors.InvalidArgument, error.Error);
        Assert.Contains("http://localhost:8080/files/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_is_one_listener_for_both_families()
    {
        Assert.Equal([IPAddress.IPv6Any], await HttpPrefix.Parse("http://+:8080/").ResolveAsync(default));
        Assert.Equal([IPAddress.IPv6Loopback], await HttpPrefix.Parse("http://[::1]:8080/").ResolveAsync(default));
    }
}

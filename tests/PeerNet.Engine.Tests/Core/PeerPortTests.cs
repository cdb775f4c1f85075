using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class PeerPortTests
{
    [Fact]
    public void A_port_is_read_from_what_it_is_written_as()
    {
        var port = new PeerPort("TCP", 8008, "retrieval, and offers (HTTP)") { IsMulticast = true };

        Assert.Equal("TCP 8008 (retrieval, and offers (HTTP))", port.ToString());
        Assert.Equal(port, PeerPort.Parse(port.ToString()));
        Assert.Equal(port.GetHashCode(), PeerPort.Parse(port.ToString()).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("UDP")]
    [InlineData("UDP 3540")]
    [InlineData("UDP 3540 names")]
    [InlineData("UDP 65536 (names)")]
    [InlineData("UDP -1 (names)")]
    public void Anything_else_is_none(string text) => Assert.Throws<FormatException>(() => PeerPort.Parse(text));
}

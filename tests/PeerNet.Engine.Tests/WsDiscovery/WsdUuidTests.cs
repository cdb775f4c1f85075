using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.WsDiscovery;

public sealed class WsdUuidTests
{
    private static readonly Guid Id = new("91528b47-b96d-4e30-981f-308c0586926f");

    [Fact]
    public void An_identifier_is_written_in_small_letters() =>
        Assert.Equal("urn:uuid:91528b47-b96d-4e30-981f-308c0586926f", WsdUuid.Write(Id));

    [Theory]
    [InlineData("urn:uuid:91528b47-b96d-4e30-981f-308c0586926f")]
    [InlineData("URN:UUID:91528B47-B96D-4E30-981F-308C0586926F")]
    public void Letters_may_be_of_either_case(string text)
    {
        Assert.True(WsdUuid.TryRead(text, out Guid id));
        Assert.Equal(Id, id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("urn:uuid:")]
    [InlineData("91528b47-b96d-4e30-981f-308c0586926f")]
    [InlineData("urn:uuid:{91528b47-b96d-4e30-981f-308c0586926f}")]
    [InlineData("urn:uuid:91528b47b96d4e30981f308c0586926f")]
    [InlineData("urn:uuid:91528b47-b96d-4e30-981f-308c0586926f ")]
    [InlineData("urn:uuid:+1528b47-b96d-4e30-981f-308c0586926f")]
    [InlineData("urn:uuid:0x528b47-b96d-4e30-981f-308c0586926f")]
    [InlineData("urn:uuid:91528b47-b96d-4e30-981f-308c0586926g")]
    public void Anything_else_is_none(string text) => Assert.False(WsdUuid.TryRead(text, out _));
}

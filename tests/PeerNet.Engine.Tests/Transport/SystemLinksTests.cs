using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class SystemLinksTests
{
    [Theory]
    [InlineData("awdl0", true)]
    [InlineData("llw0", true)]
    [InlineData("utun12", true)]
    [InlineData("utun", false)]
    [InlineData("en0", false)]
    [InlineData("utunnel1", false)]
    public void Names_tell_the_links_of_the_system(string name, bool isSystemLink)
    {
        Assert.Equal(isSystemLink, SystemLinks.Contains(name));
    }
}

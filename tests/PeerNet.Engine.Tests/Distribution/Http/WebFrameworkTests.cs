using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class WebFrameworkTests
{
    [Fact]
    public void Where_it_is_nothing_is_said()
    {
        WebFramework.Require();
    }

    [Fact]
    public void Where_it_is_missing_content_cannot_be_shared()
    {
        PeerException failure = Assert.Throws<PeerException>(
            () => WebFramework.Require(name => throw new FileNotFoundException("No such assembly.", name)));

        Assert.Same(PeerErrors.DistributionUnavailable, failure.Error);
        Assert.Contains("web server", failure.Message, StringComparison.Ordinal);
    }
}

using PeerNet.Engine.Distribution.Discovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery;

public sealed class DiscoveryOptionsTests
{
    [Fact]
    public void The_defaults_are_sound() => Assert.Empty(new DiscoveryOptions().Validate());

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        var options = new DiscoveryOptions
        {
            Port = 0,
            RequestTimer = TimeSpan.FromMilliseconds(50),
            SuppressionReplies = 0,
        };

        Assert.Equal(
            [
                "Port must be from 1 to 65535.",
                "SuppressionReplies must be from 1 to 1000.",
                "RequestTimer must be from 65 to 10000 ms.",
            ],
            options.Validate());
    }
}

using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>How many requests a peer may have.</summary>
public sealed class DownloadServerTests
{
    private readonly DownloadServer _server = new(new("http://127.0.0.1:1/"), isHostedCache: false);

    [Fact]
    public void A_prompt_peer_earns_all_requests_one_by_one()
    {
        for (int earned = 3; earned <= DownloadLimits.RequestsPerPeer; earned++)
        {
            Deliver(DownloadLimits.RequestTimeout / 4);
            Assert.Equal(earned, _server.Window);
        }

        Deliver(TimeSpan.Zero);
        Assert.Equal(DownloadLimits.RequestsPerPeer, _server.Window);
    }

    // 400 KB/s: the timer of 2 s has room for 12 blocks of 64 KiB, which is less than the most requests.
    [Fact]
    public void A_slow_peer_has_no_more_requests_than_it_can_answer_in_time()
    {
        var block = TimeSpan.FromSeconds(65_536 / 400e3);
        int most = 0;
        for (int i = 0; i < 100; i++)
        {
            Deliver(block * _server.Window);
            most = Math.Max(most, _server.Window);
        }

        Assert.Equal(4, most);
    }

    [Fact]
    public void A_peer_that_is_always_late_keeps_one_request()
    {
        for (int i = 0; i < 10; i++)
        {
            Deliver(DownloadLimits.RequestTimeout);
        }

        Assert.Equal(1, _server.Window);
    }

    private void Deliver(TimeSpan time) => _server.Reward(time, TimeSpan.Zero);
}

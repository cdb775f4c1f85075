using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class FairLimiterTests
{
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_source_alone_has_half_of_a_quiet_time_and_its_share()
    {
        FairLimiter limiter = Limiter();

        Assert.Equal(50 + 10, Count(limiter, host: 1, asked: 1000));
        Assert.Equal(0, Count(limiter, host: 1, asked: 1000));
    }

    [Fact]
    public void A_source_alone_has_all_that_comes_in_for_as_long_as_it_takes()
    {
        FairLimiter limiter = Limiter();
        Count(limiter, host: 1, asked: 1000);

        int answered = 0;
        for (int i = 0; i < 1000; i++)
        {
            _now += TimeSpan.FromMilliseconds(10);
            answered += Count(limiter, host: 1, asked: 5);
        }

        Assert.InRange(answered, 900, 1000);
    }

    [Fact]
    public void Others_have_their_share_of_the_half_that_a_flood_cannot_take()
    {
        FairLimiter limiter = Limiter();
        for (int second = 0; second < 20; second++)
        {
            Count(limiter, host: 1, asked: 10_000);
            Assert.Equal(10, Count(limiter, host: 2, asked: 10));
            Assert.Equal(10, Count(limiter, host: 3, asked: 10));
            _now += TimeSpan.FromSeconds(1);
        }
    }

    [Fact]
    public void All_together_never_have_more_than_the_whole()
    {
        FairLimiter limiter = Limiter();

        Assert.Equal(100, Enumerable.Range(0, 200).Sum(host => Count(limiter, host, asked: 5)));
    }

    [Fact]
    public void Strangers_beyond_the_capacity_have_nothing_of_the_second_half()
    {
        FairLimiter limiter = Limiter(capacity: 3);
        Count(limiter, host: 1, asked: 50);

        Assert.Equal(3, Enumerable.Range(2, 10).Sum(host => Count(limiter, host, asked: 1)));
    }

    private static FairLimiter Limiter(int capacity = 256) => new(perSecond: 100, burst: 100, capacity);

    private int Count(FairLimiter limiter, int host, int asked) =>
        Enumerable.Range(0, asked).Count(_ => limiter.TryTake(new IPAddress([192, 0, 2, (byte)host]), _now));
}

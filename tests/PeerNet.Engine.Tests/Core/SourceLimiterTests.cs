using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class SourceLimiterTests
{
    private TimeSpan _now = TimeSpan.FromHours(1);

    private static SourceLimiter Limiter(int capacity) => new(allowed: 3, TimeSpan.FromSeconds(10), capacity);

    private static IPAddress Host(int number) => new([192, 0, 2, (byte)number]);

    [Fact]
    public void A_source_has_a_budget_for_each_window()
    {
        SourceLimiter limiter = Limiter(capacity: 8);

        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => limiter.TryTake(Host(1), _now)));
        Assert.True(limiter.TryTake(Host(2), _now));
        _now += TimeSpan.FromSeconds(10);
        Assert.True(limiter.TryTake(Host(1), _now));
    }

    [Fact]
    public void A_full_table_serves_those_it_knows_and_makes_room_with_time()
    {
        SourceLimiter limiter = Limiter(capacity: 2);
        limiter.TryTake(Host(1), _now);
        limiter.TryTake(Host(2), _now);

        Assert.False(limiter.TryTake(Host(3), _now));
        Assert.True(limiter.TryTake(Host(1), _now));
        _now += TimeSpan.FromSeconds(10);
        Assert.True(limiter.TryTake(Host(3), _now));
    }
}

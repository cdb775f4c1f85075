using System.Net;
using PeerNet.Engine.Pnrp.Discovery;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Pnrp.Discovery;

public sealed class SourceLimiterTests
{
    private readonly FakeTimeProvider _clock = new();

    private SourceLimiter Limiter(int capacity) => new(_clock, allowed: 3, TimeSpan.FromSeconds(10), capacity);

    private static IPAddress Host(int number) => new([192, 0, 2, (byte)number]);

    [Fact]
    public void A_source_has_a_budget_for_each_window()
    {
        SourceLimiter limiter = Limiter(capacity: 8);

        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => limiter.TryTake(Host(1))));
        Assert.True(limiter.TryTake(Host(2)));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(limiter.TryTake(Host(1)));
    }

    [Fact]
    public void A_full_table_serves_those_it_knows_and_makes_room_with_time()
    {
        SourceLimiter limiter = Limiter(capacity: 2);
        limiter.TryTake(Host(1));
        limiter.TryTake(Host(2));

        Assert.False(limiter.TryTake(Host(3)));
        Assert.True(limiter.TryTake(Host(1)));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(limiter.TryTake(Host(3)));
    }
}

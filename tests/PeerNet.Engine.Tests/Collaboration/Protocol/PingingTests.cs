using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>Whether a machine has slept: then nobody knows who is still there.</summary>
public sealed class PingingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly CollaborationContext _context = new(new SeededRandom(1));
    private readonly Pinging _pinging;

    public PingingTests()
    {
        var links = new LinkTable(_context);
        _pinging = new(_context, links, new Sending(_context, links, new Publications(_context)));
        Assert.False(_pinging.HasSlept(At(0, 0)));
    }

    [Fact]
    public void Clocks_that_go_on_together_tell_of_no_sleep() => Assert.False(_pinging.HasSlept(At(36000, 36000)));

    [Fact]
    public void A_clock_that_stood_still_while_the_other_went_on_tells_of_sleep()
    {
        Assert.True(_pinging.HasSlept(At(1, 3600)));
        Assert.False(_pinging.HasSlept(At(2, 3601)));
    }

    [Fact]
    public void A_timer_that_is_very_late_tells_of_sleep()
    {
        _context.Timers.Set(new(TimerKind.Idle, 1), TimeSpan.FromSeconds(10));
        Assert.False(_pinging.HasSlept(At(11, 11)));
        Assert.True(_pinging.HasSlept(At(3600, 3600)));
    }

    private static Moment At(double elapsed, double wall) => new(TimeSpan.FromSeconds(elapsed), Noon.AddSeconds(wall));
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class PeerClockTests
{
    private static readonly Moment Start = new(TimeSpan.FromHours(1), new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PeerClock _clock = new();

    public PeerClockTests() => _clock.Begin(Start, TimeSpan.Zero);

    [Fact]
    public void A_clock_that_is_set_is_no_time_that_has_passed()
    {
        PeerTime before = _clock.PeerNow;

        _clock.Enter(new(Start.Elapsed + Minute, Start.Utc + TimeSpan.FromDays(365)));

        Assert.Equal(before + Minute, _clock.PeerNow);
        Assert.Equal(Start.Elapsed + Minute, _clock.Elapsed);
    }

    [Fact]
    public void The_first_neighbor_is_believed_whatever_it_says()
    {
        PeerTime remote = _clock.PeerNow + TimeSpan.FromDays(3000);

        Assert.True(_clock.TryAdjust(remote, isFirst: true));
        Assert.Equal(remote, _clock.PeerNow);
        Assert.Equal(TimeSpan.FromDays(-3000), _clock.Delta);
    }

    [Fact]
    public void Of_a_further_neighbors_time_a_fifth_counts()
    {
        PeerTime before = _clock.PeerNow;

        Assert.True(_clock.TryAdjust(before + (10 * Minute), isFirst: false));
        Assert.Equal(before + (2 * Minute), _clock.PeerNow);
    }

    [Fact]
    public void Twenty_minutes_off_is_nothing_to_believe()
    {
        PeerTime before = _clock.PeerNow;

        Assert.False(_clock.TryAdjust(before + (21 * Minute), isFirst: false));
        Assert.Equal(before, _clock.PeerNow);
    }

    [Fact]
    public void Whose_clock_was_set_believes_the_next_neighbor_once()
    {
        _clock.Enter(new(Start.Elapsed, Start.Utc + TimeSpan.FromDays(1)));
        PeerTime remote = _clock.PeerNow + TimeSpan.FromHours(5);

        Assert.True(_clock.TryAdjust(remote, isFirst: false));
        Assert.Equal(remote, _clock.PeerNow);
        Assert.False(_clock.TryAdjust(remote + TimeSpan.FromHours(5), isFirst: false));
    }
}

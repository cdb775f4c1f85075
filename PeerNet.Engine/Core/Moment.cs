namespace PeerNet.Engine.Core;

/// <summary>Now, on two clocks: one that never goes back, for what lasts, and the wall's, for what has a date.</summary>
/// <param name="Elapsed">Time since some fixed point; never goes back.</param>
/// <param name="Utc">The host's clock, which may be wrong and may be set.</param>
internal readonly record struct Moment(TimeSpan Elapsed, DateTimeOffset Utc)
{
    /// <summary>The first of several times that something is due at, or the shortest of several durations.</summary>
    /// <returns><see cref="TimeSpan.MaxValue"/> where there is none.</returns>
    public static TimeSpan Least(params ReadOnlySpan<TimeSpan> times)
    {
        TimeSpan least = TimeSpan.MaxValue;
        foreach (TimeSpan time in times)
        {
            least = time < least ? time : least;
        }

        return least;
    }
}

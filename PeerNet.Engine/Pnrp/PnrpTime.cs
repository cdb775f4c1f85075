namespace PeerNet.Engine.Pnrp;

/// <summary>
/// A moment as the machine needs it. Timers run on <see cref="Elapsed"/>, which only moves forward; <see cref="Utc"/>
/// judges the validity of a CPA and nothing else, so that a clock jump disturbs no timer.
/// </summary>
/// <param name="Elapsed">Monotonic time since an arbitrary start.</param>
/// <param name="Utc">The wall clock.</param>
internal readonly record struct PnrpTime(TimeSpan Elapsed, DateTimeOffset Utc)
{
    public static PnrpTime From(TimeProvider clock) =>
        new(clock.GetElapsedTime(0), clock.GetUtcNow());
}

namespace PeerNet.Engine.Graphing;

/// <summary>
/// A moment as the machine needs it. Timers run on <see cref="Elapsed"/>, which only moves forward; <see cref="Utc"/>
/// only makes peer time.
/// </summary>
/// <param name="Elapsed">Monotonic time since an arbitrary start.</param>
/// <param name="Utc">The wall clock.</param>
internal readonly record struct GraphTime(TimeSpan Elapsed, DateTimeOffset Utc)
{
    public static GraphTime From(TimeProvider clock) => new(clock.GetElapsedTime(0), clock.GetUtcNow());
}

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The time by which segments grow old: it runs while the store is open, whatever happens to the wall clock meanwhile, and
/// counts at most a day for the time that the store was closed. So no clock that is set wrong makes everything old at once.
/// </summary>
internal sealed class CacheClock
{
    private const long MostWhileClosed = 24 * 60 * 60;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _base;

    /// <param name="time">The clocks.</param>
    /// <param name="saved">What <see cref="Now"/> was when the store was last saved.</param>
    /// <param name="savedWall">What <see cref="Wall"/> was then.</param>
    public CacheClock(TimeProvider time, long saved, long savedWall)
    {
        _time = time;
        _start = time.GetTimestamp();
        _base = saved + Math.Clamp(Wall - savedWall, 0, MostWhileClosed);
    }

    /// <summary>Seconds.</summary>
    public uint Now => (uint)(_base + (long)_time.GetElapsedTime(_start).TotalSeconds);

    /// <summary>Seconds since 1970 by the wall clock.</summary>
    public uint Wall => (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);
}

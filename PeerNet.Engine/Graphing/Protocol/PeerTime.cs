namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>A moment in the common time of a graph (MS-PPGRH 1.3.6): hundreds of nanoseconds since 1601, as on the
/// wire. A node's peer time is its UTC time less its peer time delta.</summary>
/// <param name="Ticks">The wire's unsigned value.</param>
internal readonly record struct PeerTime(ulong Ticks) : IComparable<PeerTime>
{
    private const long UtcTicksAt1601 = 504_911_232_000_000_000;
    private static readonly ulong Latest = (ulong)(DateTimeOffset.MaxValue.UtcTicks - UtcTicksAt1601);

    /// <summary>Whether the moment lies before the year 10000, as all honest ones do. Differences of such moments can be
    /// calculated with.</summary>
    public bool IsInCalendar => Ticks <= Latest;

    /// <summary>The peer time at a moment of a clock that differs from it by a delta.</summary>
    public static PeerTime FromUtc(DateTimeOffset utc, TimeSpan delta) =>
        new((ulong)Math.Max(0, utc.UtcTicks - UtcTicksAt1601 - delta.Ticks));

    /// <summary>The moment on the clock that differs from peer time by a delta. What lies outside the calendar, as only a
    /// hostile record does, becomes the calendar's end.</summary>
    public DateTimeOffset ToUtc(TimeSpan delta)
    {
        Int128 ticks = (Int128)Math.Min(Ticks, Latest) + UtcTicksAt1601 + delta.Ticks;
        return new((long)Int128.Clamp(ticks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }

    public int CompareTo(PeerTime other) => Ticks.CompareTo(other.Ticks);

    public static bool operator <(PeerTime left, PeerTime right) => left.Ticks < right.Ticks;

    public static bool operator <=(PeerTime left, PeerTime right) => left.Ticks <= right.Ticks;

    public static bool operator >(PeerTime left, PeerTime right) => left.Ticks > right.Ticks;

    public static bool operator >=(PeerTime left, PeerTime right) => left.Ticks >= right.Ticks;

    /// <summary>A later moment; one before 1601 or after the last is the first or the last.</summary>
    public static PeerTime operator +(PeerTime time, TimeSpan span) =>
        new((ulong)Int128.Clamp((Int128)time.Ticks + span.Ticks, 0, ulong.MaxValue));

    public static PeerTime operator -(PeerTime time, TimeSpan span) => time + -span;

    /// <summary>How much later the left moment is; more than a <see cref="TimeSpan"/> holds is its limit.</summary>
    public static TimeSpan operator -(PeerTime left, PeerTime right) =>
        new((long)Int128.Clamp((Int128)left.Ticks - right.Ticks, long.MinValue, long.MaxValue));
}

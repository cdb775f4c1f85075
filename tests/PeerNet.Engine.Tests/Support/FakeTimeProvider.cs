namespace PeerNet.Engine.Tests.Support;

/// <summary>A clock that moves when a test says so; the wall clock can jump on its own.</summary>
internal sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _elapsed = TimeSpan.FromHours(1);
    private DateTimeOffset _utc = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time until the next timer; null where there is none.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_lock)
            {
                return _timers.MinBy(timer => timer.Due)?.Due - _elapsed;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _utc;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves both clocks on, and runs each timer at its time.</summary>
    public void Advance(TimeSpan time)
    {
        TimeSpan end;
        lock (_lock)
        {
            end = _elapsed + time;
        }

        while (Next(end) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Sets the wall clock only, as an administrator or NTP does.</summary>
    public void JumpTo(DateTimeOffset utc)
    {
        lock (_lock)
        {
            _utc = utc;
        }
    }

    private FakeTimer? Next(TimeSpan end)
    {
        lock (_lock)
        {
            FakeTimer? next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            TimeSpan now = next?.Due ?? end;
            _utc += now - _elapsed;
            _elapsed = now;
            next?.Schedule(next.Period);
            return next;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider owner, Action callback) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                Period = period;
                Schedule(dueTime);
                return true;
            }
        }

        public void Schedule(TimeSpan wait)
        {
            owner._timers.Remove(this);
            if (wait >= TimeSpan.Zero)
            {
                Due = owner._elapsed + wait;
                owner._timers.Add(this);
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

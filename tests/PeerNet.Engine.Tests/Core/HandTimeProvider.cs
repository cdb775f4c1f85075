using System.Threading.Channels;

namespace PeerNet.Engine.Tests.Core;

/// <summary>A clock and one timer, each moved by hand.</summary>
internal sealed class HandTimeProvider : TimeProvider
{
    private readonly Channel<TimeSpan> _changes = Channel.CreateUnbounded<TimeSpan>();
    private Action? _callback;

    public TimeSpan Elapsed { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the timer was last told to wait; infinite once it has fired.</summary>
    public TimeSpan Wait { get; private set; } = Timeout.InfiniteTimeSpan;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = () => callback(state);
        return new HandTimer(this);
    }

    public void Fire()
    {
        Wait = Timeout.InfiniteTimeSpan;
        _callback!();
    }

    /// <summary>Waits until the timer is told to wait so long.</summary>
    public async Task UntilAsync(TimeSpan wait)
    {
        while (Wait != wait)
        {
            await _changes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    private sealed class HandTimer(HandTimeProvider owner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Wait = dueTime;
            owner._changes.Writer.TryWrite(dueTime);
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

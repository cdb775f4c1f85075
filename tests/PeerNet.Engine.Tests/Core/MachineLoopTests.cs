using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class MachineLoopTests
{
    [Fact]
    public async Task A_timer_that_fires_early_is_set_again()
    {
        var time = new HandTimeProvider();
        var machine = new Machine();
        await using var loop = new MachineLoop<string>(machine, _ => { }, _ => { }, time, 10, 1000);
        TimeSpan due = time.Elapsed + TimeSpan.FromSeconds(1);
        await loop.AskAsync(_ => machine.NextDue = due);
        time.Elapsed = due - TimeSpan.FromMilliseconds(0.5);
        time.Fire();
        Assert.Equal(0, machine.Advanced);
        Assert.Equal(TimeSpan.FromMilliseconds(1), time.Wait);
        time.Elapsed = due;
        time.Fire();
        Assert.Equal(1, machine.Advanced);
    }

    private sealed class Machine : IMachine<string>
    {
        public TimeSpan NextDue { get; set; } = TimeSpan.MaxValue;

        public int Advanced { get; private set; }

        public void Advance(Moment now)
        {
            Advanced++;
            NextDue = TimeSpan.MaxValue;
        }

        public IReadOnlyList<string> TakeEffects() => [];
    }

    /// <summary>A clock and one timer, each moved by hand.</summary>
    private sealed class HandTimeProvider : TimeProvider
    {
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

        private sealed class HandTimer(HandTimeProvider owner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                owner.Wait = dueTime;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}

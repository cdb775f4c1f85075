using System.Collections.Concurrent;

namespace PeerNet.Engine.Core;

/// <summary>
/// Runs one machine: one input after the other, what comes of each before the next, and the time when it is due. For any
/// number of threads, of which the one whose input comes while nothing runs does all that comes meanwhile.
/// </summary>
/// <typeparam name="TEffect">What the machine wants done.</typeparam>
internal sealed class MachineLoop<TEffect> : IAsyncDisposable
{
    // Inputs that one thread runs before it hands on, so that a flood keeps nobody who has only asked something.
    private const int Turn = 64;

    // A timer waits 49 days at most, and one that is early is set again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly IMachine<TEffect> _machine;
    private readonly Action<TEffect> _perform;
    private readonly Action<Exception> _failed;
    private readonly TimeProvider _time;
    private readonly int _maximumEntries;
    private readonly int _maximumBytes;
    private readonly ConcurrentQueue<MachineInput> _entries = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;

    // When the timer fires, of which the machine has not heard yet. A timer may be early by the grain of the system's clock, and
    // is set again then.
    private TimeSpan _armed = TimeSpan.MaxValue;
    private int _count;
    private int _bytes;

    // Entries that are not done yet: whoever adds the first one runs them all, so that nobody waits for another thread.
    private int _waiting;
    private volatile bool _isClosed;

    /// <param name="machine">The machine; nobody else touches it.</param>
    /// <param name="perform">Does what it wants done, on the loop: must not block.</param>
    /// <param name="failed">Told of what nobody waits for and should not happen.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maximumEntries">How many inputs that nobody waits for may wait.</param>
    /// <param name="maximumBytes">How many bytes of them.</param>
    public MachineLoop(
        IMachine<TEffect> machine,
        Action<TEffect> perform,
        Action<Exception> failed,
        TimeProvider time,
        int maximumEntries,
        int maximumBytes)
    {
        _machine = machine;
        _perform = perform;
        _failed = failed;
        _time = time;
        _maximumEntries = maximumEntries;
        _maximumBytes = maximumBytes;
        _timer = time.CreateTimer(_ => Add(new Input(_ => _armed = TimeSpan.MaxValue)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives the machine an input, unless too much waits already.</summary>
    /// <param name="input">The input.</param>
    /// <param name="bytes">What it takes while it waits.</param>
    /// <returns>False where it was dropped.</returns>
    public bool TryPost(Action<Moment> input, int bytes) => TryPost(new Input(input), bytes);

    /// <summary>The same, with an input that its maker keeps: for what comes too often to be made anew each time.</summary>
    public bool TryPost(MachineInput input, int bytes)
    {
        if (Volatile.Read(ref _count) >= _maximumEntries || Volatile.Read(ref _bytes) + bytes > _maximumBytes)
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, bytes);
        input.Bytes = bytes;
        return Add(input);
    }

    /// <summary>Gives the machine an input of the loop's own makers: what was to be done is done, or has failed.</summary>
    public void Post(Action<Moment> input) => Add(new Input(input));

    /// <summary>Gives the machine an input, and waits until it has been taken: whoever reads from a connection reads on
    /// then.</summary>
    /// <returns>False where the loop has ended.</returns>
    public Task<bool> PostAsync(Action<Moment> input) => AskAsync(
        now =>
        {
            input(now);
            return true;
        },
        ended: false);

    /// <summary>Asks the machine, and has done what comes of it before the answer.</summary>
    /// <exception cref="PeerException">The loop has ended.</exception>
    public async Task<T> AskAsync<T>(Func<Moment, T> question)
    {
        var entry = new Question<T>(question);
        return Add(entry)
            ? await entry.Answer.ConfigureAwait(false)
            : throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
    }

    /// <summary>Asks the machine, where the loop has not ended.</summary>
    /// <returns>The answer; <paramref name="ended"/> where there is nobody to ask.</returns>
    public async Task<T> AskAsync<T>(Func<Moment, T> question, T ended)
    {
        var entry = new Question<T>(question);
        return Add(entry) ? await entry.Answer.ConfigureAwait(false) : ended;
    }

    /// <summary>Takes no more inputs, and ends after those that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        Add(new Input(_ => _ended.TrySetResult()), isLast: true);
        await _ended.Task.ConfigureAwait(false);
    }

    private Moment Now => new(_time.GetElapsedTime(0), _time.GetUtcNow());

    private bool Add(MachineInput input, bool isLast = false)
    {
        if (_isClosed && !isLast)
        {
            return false;
        }

        _entries.Enqueue(input);
        if (Interlocked.Increment(ref _waiting) == 1)
        {
            Drain();
        }

        return true;
    }

    private void Drain()
    {
        for (int i = 0; i < Turn; i++)
        {
            if (_entries.TryDequeue(out MachineInput? input))
            {
                Run(input);
            }

            if (Volatile.Read(ref _waiting) == 1)
            {
                Arm();
            }

            if (Interlocked.Decrement(ref _waiting) == 0)
            {
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(loop => loop.Drain(), this, preferLocal: false);
    }

    private void Run(MachineInput input)
    {
        if (input.Bytes is { } bytes)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _bytes, -bytes);
        }

        // What has come of the time, or of an input that has failed, is done nevertheless.
        Exception? failure = Try(static (loop, taken) => loop.Take(taken), input);
        Exception? consequence = Try(static (loop, _) => loop.Perform(), input);
        if ((failure ?? consequence) is { } reported && !input.Fail(reported))
        {
            _failed(reported);
        }

        input.Complete();
    }

    private Exception? Try(Action<MachineLoop<TEffect>, MachineInput> step, MachineInput input)
    {
        try
        {
            step(this, input);
            return null;
        }
#pragma warning disable CA1031 // One bad input, a bug included, must not end the loop; it is reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }

    private void Take(MachineInput input)
    {
        Moment now = Now;
        if (_machine.NextDue <= now.Elapsed)
        {
            _machine.Advance(now);
        }

        input.Take(now);
    }

    private void Perform()
    {
        while (_machine.TakeEffects() is { Count: > 0 } effects)
        {
            for (int i = 0; i < effects.Count; i++)
            {
                _perform(effects[i]);
            }
        }
    }

    private void Arm()
    {
        TimeSpan due = _machine.NextDue;
        if (due == _armed)
        {
            return;
        }

        _armed = due;

        // Timers count whole milliseconds; one that is early would only have to be set again.
        TimeSpan wait = due == TimeSpan.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Clamp(
                Math.Ceiling((due - _time.GetElapsedTime(0)).TotalMilliseconds), 0, LongestWait.TotalMilliseconds));
        if (!_isClosed)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Input(Action<Moment> take) : MachineInput
    {
        public override void Take(Moment now) => take(now);
    }

    private sealed class Question<T>(Func<Moment, T> question) : MachineInput
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Answer => _answer.Task;

        public override void Take(Moment now) => _value = question(now);

        public override bool Fail(Exception exception) => _answer.TrySetException(exception);

        public override void Complete() => _answer.TrySetResult(_value!);
    }
}

/// <summary>An input on its way to a machine. Its maker may use it again once it was taken.</summary>
internal abstract class MachineInput
{
    /// <summary>What it takes while it waits; null where it is not counted.</summary>
    public int? Bytes { get; set; }

    /// <summary>Gives it to the machine.</summary>
    public abstract void Take(Moment now);

    /// <summary>It, or what came of it, has failed.</summary>
    /// <returns>Whether somebody waits for it, and is told.</returns>
    public virtual bool Fail(Exception exception) => false;

    /// <summary>What came of it is done.</summary>
    public virtual void Complete()
    {
    }
}

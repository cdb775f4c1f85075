using System.Collections.Concurrent;

namespace PeerNet.Engine.Core;

/// <summary>
/// Runs one machine: one input after the other, what comes of each before the next, and the time when it is due. For any
/// number of threads, of which the one whose input comes while nothing runs does all that comes meanwhile. With a journal,
/// whose writing takes its time, a thread of the pool does, and takes what waits as one batch.
/// </summary>
/// <typeparam name="TEffect">What the machine wants done.</typeparam>
internal sealed class MachineLoop<TEffect> : IAsyncDisposable
{
    // Inputs that one thread runs before it hands on, so that a flood keeps nobody who has only asked something.
    private const int Turn = 64;

    // As many inputs as one commit may wait for.
    private const int BatchLength = 512;

    // A timer waits 49 days at most, and one that is early is set again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    // A full disk is not asked a thousand times a second whether it still is.
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    private readonly MachineBatch<TEffect> _batch;
    private readonly TimeProvider _time;
    private readonly int _maximumEntries;
    private readonly int _maximumBytes;
    private readonly IMachineJournal<TEffect>? _journal;
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

    // Those of them that want to be written through.
    private int _own;
    private volatile bool _isClosed;

    /// <param name="machine">The machine; nobody else touches it.</param>
    /// <param name="perform">Does what it wants done, on the loop: must not block.</param>
    /// <param name="failed">Told of what nobody waits for and should not happen.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maximumEntries">How many inputs that nobody waits for may wait.</param>
    /// <param name="maximumBytes">How many bytes of them.</param>
    /// <param name="journal">Where the machine's state is written down; null where it is not.</param>
    public MachineLoop(
        IMachine<TEffect> machine,
        Action<TEffect> perform,
        Action<Exception> failed,
        TimeProvider time,
        int maximumEntries,
        int maximumBytes,
        IMachineJournal<TEffect>? journal = null)
    {
        _batch = new(machine, perform, failed, time, journal);
        Beside = new(failed);
        _time = time;
        _maximumEntries = maximumEntries;
        _maximumBytes = maximumBytes;
        _journal = journal;
        _timer = time.CreateTimer(_ => Add(new Input(_ => _armed = TimeSpan.MaxValue)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is done beside the loop; whoever ends it waits for that first.</summary>
    public BackgroundWork Beside { get; }

    /// <summary>Whether a thread of the pool runs the machine, as it does with a journal: where an input takes long, whoever
    /// reads from a socket goes on reading meanwhile.</summary>
    public bool IsOnPool { get; init; }

    /// <summary>What whoever asks is told when the loop has ended.</summary>
    public Func<PeerException> Ended { get; init; } = () => PeerErrors.NotInitialized.Exception("The node has been stopped.");

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
    /// <returns>False where the loop has ended.</returns>
    public bool Post(Action<Moment> input) => Add(new Input(input));

    /// <summary>Does something beside the loop, and gives the machine what has come of it.</summary>
    /// <param name="work">What takes its time.</param>
    /// <param name="failed">What has come of it where it has thrown; off the loop too.</param>
    /// <param name="input">Takes that.</param>
    public void DoBeside<T>(Func<Task<T>> work, Func<Exception, T> failed, Action<Moment, T> input) =>
        Beside.Run(work, failed, outcome => Post(now => input(now, outcome)));

    /// <summary>Gives the machine an input, and waits until it has been taken: whoever reads from a connection reads on
    /// then.</summary>
    /// <returns>False where the loop has ended.</returns>
    public Task<bool> PostAsync(Action<Moment> input) => AskAsync(Telling(input), ended: false);

    /// <summary>Tells the machine, and has done what comes of it.</summary>
    /// <exception cref="PeerException">The loop has ended, or what the input throws.</exception>
    public Task TellAsync(Action<Moment> input) => AskAsync(Telling(input));

    /// <summary>Asks the machine, and has done what comes of it before the answer.</summary>
    /// <exception cref="PeerException">The loop has ended.</exception>
    public Task<T> AskAsync<T>(Func<Moment, T> question) => AskAsync(new MachineQuestion<T>(question, () => throw Ended()));

    /// <summary>Asks the machine, where the loop has not ended.</summary>
    /// <returns>The answer; <paramref name="ended"/> where there is nobody to ask.</returns>
    public Task<T> AskAsync<T>(Func<Moment, T> question, T ended) => AskAsync(new MachineQuestion<T>(question, () => ended));

    /// <summary>Asks the machine for something that writes what nobody else has: once it is answered, no power failure undoes
    /// it.</summary>
    /// <exception cref="PeerException">The loop has ended, or it could not be kept.</exception>
    public Task<T> WriteAsync<T>(Func<Moment, T> question) =>
        AskAsync(new MachineQuestion<T>(question, () => throw Ended()) { IsOwn = true });

    /// <summary>Waits for what is done beside, takes no more inputs then, and ends after those that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await Beside.DisposeAsync().ConfigureAwait(false);
        _isClosed = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        Add(new Last(this), isLast: true);
        await _ended.Task.ConfigureAwait(false);
    }

    private static Func<Moment, bool> Telling(Action<Moment> input) => now =>
    {
        input(now);
        return true;
    };

    private Task<T> AskAsync<T>(MachineQuestion<T> question)
    {
        if (!Add(question))
        {
            question.End();
        }

        return question.Answer;
    }

    private bool Add(MachineInput input, bool isLast = false)
    {
        if (_isClosed && !isLast)
        {
            return false;
        }

        if (input.IsOwn)
        {
            Interlocked.Increment(ref _own);
        }

        _entries.Enqueue(input);
        if (Interlocked.Increment(ref _waiting) > 1)
        {
            return true;
        }

        if (IsOnPool || _journal is not null)
        {
            HandOn();
        }
        else
        {
            Drain();
        }

        return true;
    }

    private void HandOn() => ThreadPool.UnsafeQueueUserWorkItem(loop => loop.Drain(), this, preferLocal: false);

    private void Drain()
    {
        for (int i = 0; i < Turn;)
        {
            int most = _journal is null ? 1 : Math.Min(Volatile.Read(ref _waiting), BatchLength);
            int done = RunBatch(most);
            if (Volatile.Read(ref _waiting) == done && !_batch.IsOver)
            {
                Arm();
            }

            if (Interlocked.Add(ref _waiting, -done) == 0)
            {
                return;
            }

            i += done;
        }

        HandOn();
    }

    /// <returns>How many inputs it took.</returns>
    private int RunBatch(int most)
    {
        // What the node's own user writes is on the disk before anybody hears of it: nobody else has it. What others have
        // sent they send again.
        _batch.Begin(isDurable: Volatile.Read(ref _own) > 0);
        int count = 0;
        do
        {
            count++;
            if (_entries.TryDequeue(out MachineInput? input))
            {
                Discount(input);
                _batch.Take(input);
            }
        }
        while (!_batch.HasFailed && (count < most || count < (most = Grow(most))));

        _batch.End(_isClosed);
        return count;
    }

    // What comes while a batch is taken belongs to it, unless it is to be written through and the batch is not.
    private int Grow(int most)
    {
        int waiting = Math.Min(Volatile.Read(ref _waiting), BatchLength);
        return _journal is not null && (_batch.IsDurable || Volatile.Read(ref _own) == 0) ? waiting : most;
    }

    private void Discount(MachineInput input)
    {
        if (input.Bytes is { } bytes)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _bytes, -bytes);
        }

        if (input.IsOwn)
        {
            Interlocked.Decrement(ref _own);
        }
    }

    private void Arm()
    {
        TimeSpan due = _batch.NextDue;
        if (due == _armed)
        {
            return;
        }

        _armed = due;

        // Timers count whole milliseconds; one that is early would only have to be set again.
        TimeSpan shortest = _batch.IsStale ? RetryWait : TimeSpan.Zero;
        TimeSpan wait = due == TimeSpan.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Clamp(
                Math.Ceiling((due - _time.GetElapsedTime(0)).TotalMilliseconds), shortest.TotalMilliseconds, LongestWait.TotalMilliseconds));
        if (!_isClosed)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Input(Action<Moment> take) : MachineInput
    {
        public override void Take(Moment now) => take(now);
    }

    /// <summary>The input after which none is taken.</summary>
    private sealed class Last(MachineLoop<TEffect> loop) : MachineInput
    {
        public override void Take(Moment now) => loop._batch.IsOver = true;

        public override void Complete() => loop._ended.TrySetResult();
    }
}

namespace PeerNet.Engine.Core;

/// <summary>
/// The inputs that a machine takes at once: what comes of them is written down, where there is a journal, then done, then
/// answered. For one thread at a time.
/// </summary>
/// <typeparam name="TEffect">What the machine wants done.</typeparam>
/// <param name="machine">The machine.</param>
/// <param name="perform">Does what it wants done: must not block.</param>
/// <param name="failed">Told of what nobody waits for and should not happen.</param>
/// <param name="time">The clock.</param>
/// <param name="journal">Where the machine's state is written down; null where it is not.</param>
internal sealed class MachineBatch<TEffect>(
    IMachine<TEffect> machine,
    Action<TEffect> perform,
    Action<Exception> failed,
    TimeProvider time,
    IMachineJournal<TEffect>? journal)
{
    // Inputs of the batch, and those before whose answers are held.
    private readonly List<MachineInput> _taken = [];
    private readonly List<MachineInput> _held = [];

    /// <summary>Whether what is written is written through.</summary>
    public bool IsDurable { get; private set; }

    /// <summary>Whether what the machine knows has to be read again, since it could not be written down.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Whether the machine takes no more.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether nothing more is taken, since what was cannot be kept.</summary>
    public bool HasFailed => journal is { HasFailed: true };

    /// <summary>When the machine has something to do, or answers are held no more.</summary>
    public TimeSpan NextDue => _held.Count > 0 && journal!.AnswersResume < machine.NextDue ? journal.AnswersResume : machine.NextDue;

    private Moment Now => new(time.GetElapsedTime(0), time.GetUtcNow());

    /// <summary>Begins.</summary>
    /// <param name="isDurable">Whether it is to be written through.</param>
    public void Begin(bool isDurable) => Try(static (batch, isDurable) => batch.Open(isDurable), isDurable, null);

    /// <summary>Gives the machine an input.</summary>
    public void Take(MachineInput input)
    {
        if (IsOver)
        {
            input.End();
        }
        else
        {
            _taken.Add(input);
            Try(static (batch, taken) => taken.Take(batch.Now), input, input);
        }
    }

    /// <summary>Writes down what has changed, then lets the world see it.</summary>
    /// <param name="isClosed">Whether no more inputs come: then no answer is held.</param>
    public void End(bool isClosed)
    {
        // What an input makes due at once waits for no timer.
        Try(static (batch, _) => batch.Advance(batch.Now), 0, null);
        if (_taken.Count > 0)
        {
            PeerException? failure = Commit();
            Perform(failure);
            Answer(failure, isClosed);
        }
    }

    private void Open(bool isDurable)
    {
        if (IsOver)
        {
            return;
        }

        IsDurable = isDurable;
        journal?.Begin(isDurable);
        Moment now = Now;
        if (IsStale)
        {
            IsStale = false;
            journal!.Reload(now);
        }

        Advance(now);
    }

    private void Advance(Moment now)
    {
        if (!IsOver && !HasFailed && machine.NextDue <= now.Elapsed)
        {
            machine.Advance(now);
        }
    }

    private PeerException? Commit()
    {
        try
        {
            journal?.Commit();
            return null;
        }
#pragma warning disable CA1031 // Whatever has failed: nothing is kept, and whoever waits is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure as PeerException
                ?? PeerErrors.WriteFault.Exception($"Nothing could be written down: {failure.Message}", null, failure);
        }
    }

    private void Perform(PeerException? failure)
    {
        if (failure is not null)
        {
            IsStale = true;
            Try(static (batch, why) => batch.Undo(why), failure, null);
            return;
        }

        // Who asks hears of what his effects have come to, where they are his alone.
        MachineInput? asker = journal is null ? _taken[0] : null;
        while (machine.TakeEffects() is { Count: > 0 } effects)
        {
            for (int i = 0; i < effects.Count; i++)
            {
                Try(static (batch, effect) => batch.Perform(effect), effects[i], asker);
            }
        }
    }

    private void Perform(TEffect effect) => perform(effect);

    private void Undo(PeerException why) => journal!.Undo(machine.TakeEffects(), why);

    private void Answer(PeerException? failure, bool isClosed)
    {
        // What those are about was kept before.
        bool isHeld = failure is null && !isClosed && journal is not null && Now.Elapsed < journal.AnswersResume;
        if (!isHeld)
        {
            _held.ForEach(input => input.Complete());
            _held.Clear();
        }

        foreach (MachineInput input in _taken)
        {
            if (failure is not null && input.IsOwn)
            {
                input.Fail(failure);
            }

            if (isHeld && input.IsOwn)
            {
                _held.Add(input);
            }
            else
            {
                input.Complete();
            }
        }

        _taken.Clear();
    }

    // One bad step, a bug included, must not end the loop nor keep back the others; it is reported.
    private void Try<TArgument>(Action<MachineBatch<TEffect>, TArgument> step, TArgument argument, MachineInput? asker)
    {
        try
        {
            step(this, argument);
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (asker?.Fail(exception) != true)
            {
                failed(exception);
            }
        }
    }
}

namespace PeerNet.Engine.Core;

/// <summary>An input on its way to a machine. Its maker may use it again once it was taken.</summary>
internal abstract class MachineInput
{
    /// <summary>What it takes while it waits; null where it is not counted.</summary>
    public int? Bytes { get; set; }

    /// <summary>Whether it writes what nobody but its maker has: no power failure undoes it, and it has failed where it is
    /// not kept.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Gives it to the machine.</summary>
    public abstract void Take(Moment now);

    /// <summary>It, or what came of it, has failed.</summary>
    /// <returns>Whether somebody waits for it, and is told.</returns>
    public virtual bool Fail(Exception exception) => false;

    /// <summary>What came of it is done.</summary>
    public virtual void Complete()
    {
    }

    /// <summary>The loop has ended before it.</summary>
    public virtual void End()
    {
    }
}

/// <summary>An input whose maker waits for an answer.</summary>
/// <param name="question">What is asked.</param>
/// <param name="ended">The answer of a loop that has ended; may throw.</param>
internal sealed class MachineQuestion<T>(Func<Moment, T> question, Func<T> ended) : MachineInput
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;
    private Exception? _failure;

    public Task<T> Answer => _answer.Task;

    public override void Take(Moment now) => _value = question(now);

    public override bool Fail(Exception exception)
    {
        _failure ??= exception;
        return true;
    }

    public override void Complete()
    {
        if (_failure is null)
        {
            _answer.TrySetResult(_value!);
        }
        else
        {
            _answer.TrySetException(_failure);
        }
    }

    public override void End()
    {
        try
        {
            _answer.TrySetResult(ended());
        }
        catch (PeerException failure)
        {
            _answer.TrySetException(failure);
        }
    }
}

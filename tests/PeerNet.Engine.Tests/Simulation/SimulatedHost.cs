using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>
/// A host of a simulated world: it gives its machines inputs and time, does what they want, and can die and come back, stand
/// still, be cut off, or have the wrong time.
/// </summary>
internal abstract class SimulatedHost(SimulatedWorld world)
{
    private readonly List<Action> _missed = [];
    private TimeSpan _wake = TimeSpan.MaxValue;

    /// <summary>Which side of a partition it is on.</summary>
    public int Side { get; set; }

    /// <summary>A dead host neither sends nor receives.</summary>
    public bool IsDead { get; private set; }

    /// <summary>How often it has died: what was on its way to an earlier life does not arrive.</summary>
    public int Life { get; private set; }

    /// <summary>Whether it stands still, as in a debugger or asleep: what comes meanwhile it takes afterwards.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>How often its machines were woken.</summary>
    public int Wakes { get; private set; }

    /// <summary>How much its wall clock is ahead.</summary>
    public TimeSpan ClockError { get; } = world.NextClockError();

    /// <summary>Now, as it has it.</summary>
    public Moment Now => new(world.Elapsed, world.Now.Utc + ClockError);

    /// <summary>When its machines want to be woken.</summary>
    protected virtual TimeSpan NextDue => TimeSpan.MaxValue;

    /// <summary>Gives its machines an input, does what comes of it, and sees to it that they are woken.</summary>
    public void Do(Action input)
    {
        input();
        Perform();
        Wake();
    }

    /// <summary>The same after a time, unless it is dead by then, or was meanwhile.</summary>
    public void After(TimeSpan time, Action input)
    {
        int life = Life;
        world.After(time, () => DoIf(life, input));
    }

    /// <summary>The same now, unless it is dead, or not in that life any more.</summary>
    public void DoIf(int life, Action input)
    {
        if (IsDead || life != Life)
        {
            return;
        }

        if (IsPaused)
        {
            _missed.Add(() => DoIf(life, input));
        }
        else
        {
            Do(input);
        }
    }

    /// <summary>It is gone, without a word.</summary>
    public void Die()
    {
        (IsDead, IsPaused, _wake) = (true, false, TimeSpan.MaxValue);
        Life++;
        _missed.Clear();
    }

    /// <summary>It runs again, and its machines are what their owner makes of them.</summary>
    public void Revive() => IsDead = false;

    /// <summary>It stands still from now on.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>It goes on, with all that has come meanwhile.</summary>
    public void Resume()
    {
        IsPaused = false;
        Action[] missed = [.. _missed];
        _missed.Clear();
        Array.ForEach(missed, taken => taken());
    }

    /// <summary>Its machines do what is due.</summary>
    protected virtual void Advance()
    {
    }

    /// <summary>Does what its machines want done, until they want nothing more.</summary>
    protected virtual void Perform()
    {
    }

    private void Wake()
    {
        TimeSpan due = NextDue;
        if (due >= _wake || IsDead)
        {
            return;
        }

        _wake = due;
        After(due > world.Elapsed ? due - world.Elapsed : TimeSpan.Zero, () =>
        {
            if (_wake == due)
            {
                _wake = TimeSpan.MaxValue;
                Wakes++;
                Advance();
            }
        });
    }
}

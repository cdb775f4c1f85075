using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>
/// What all simulated networks are: a time that passes by what happens in it, chance from one seed, hosts, and a network that
/// can be cut. A run of the same seed is the same run.
/// </summary>
internal abstract class SimulatedWorld(ulong seed)
{
    /// <summary>When it begins.</summary>
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _events = new();
    private long _order;

    public ulong Seed => seed;

    public SeededRandom Random { get; } = new(seed);

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Now, for whoever has the right time.</summary>
    public Moment Now => new(Elapsed, Start + Elapsed);

    /// <summary>Whether hosts of different sides cannot reach each other.</summary>
    public bool IsPartitioned { get; set; }

    /// <summary>How wrong the clocks of hosts are at the most, either way.</summary>
    public TimeSpan ClockErrors { get; init; }

    /// <summary>How much the clock of another host is ahead.</summary>
    public TimeSpan NextClockError() => ClockErrors == TimeSpan.Zero ? TimeSpan.Zero : Random.NextTimeSpan(2 * ClockErrors) - ClockErrors;

    public bool CanReach(SimulatedHost one, SimulatedHost other) => !IsPartitioned || one.Side == other.Side;

    /// <summary>Has something happen at a time, after what was to happen then already.</summary>
    public void At(TimeSpan time, Action happening) =>
        _events.Enqueue(happening, (Math.Max(time.Ticks, Elapsed.Ticks), _order++));

    public void After(TimeSpan time, Action happening) => At(Elapsed + time, happening);

    public void RunFor(TimeSpan duration) => RunUntil(Elapsed + duration);

    public void RunUntil(TimeSpan end)
    {
        while (Step(end))
        {
        }

        Elapsed = end;
    }

    /// <summary>Runs until something is so, or the time is over.</summary>
    /// <returns>Whether it is so.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Elapsed + limit;
        while (!condition())
        {
            if (!Step(end))
            {
                Elapsed = end;
                return condition();
            }
        }

        return true;
    }

    /// <summary>Has a host stand still for some time.</summary>
    public void Pause(SimulatedHost host, TimeSpan time)
    {
        int life = host.Life;
        host.Pause();
        After(time, () =>
        {
            if (host.Life == life)
            {
                host.Resume();
            }
        });
    }

    private bool Step(TimeSpan end)
    {
        if (!_events.TryPeek(out Action? next, out (long Ticks, long Order) at) || at.Ticks > end.Ticks)
        {
            return false;
        }

        _events.Dequeue();
        Elapsed = TimeSpan.FromTicks(at.Ticks);
        next();
        return true;
    }
}

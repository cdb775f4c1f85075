using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The time at the last call, and peer time: MS-PPGRH 1.3.6, 3.1.5.2.2.</summary>
internal sealed class PeerClock
{
    private Moment _now;
    private bool _isDoubtful;

    /// <summary>Time that only moves forward.</summary>
    public TimeSpan Elapsed => _now.Elapsed;

    /// <summary>The graph's time.</summary>
    public PeerTime PeerNow => PeerTime.FromUtc(_now.Utc, Delta);

    /// <summary>How much this node's clock is ahead of peer time.</summary>
    public TimeSpan Delta { get; private set; }

    /// <summary>Begins with what was known when the graph was closed.</summary>
    public void Begin(Moment now, TimeSpan delta) => (_now, Delta) = (now, delta);

    /// <summary>Time goes on.</summary>
    public void Enter(Moment now)
    {
        // A clock that is set is no time that has passed: nothing expires because of it. What peer time really is, the
        // next neighbor tells.
        TimeSpan jump = (now.Utc - _now.Utc) - (now.Elapsed - _now.Elapsed);
        if (jump.Duration() > GraphOptions.ClockJump)
        {
            Delta += jump;
            _isDoubtful = true;
        }

        _now = now;
    }

    /// <summary>Takes a new neighbor's time into account. The rule of 20 minutes would keep out a newcomer whose clock is
    /// wrong, so the first connection is exempt from it.</summary>
    /// <param name="remote">What time it is for the neighbor.</param>
    /// <param name="isFirst">Whether there is no other.</param>
    /// <returns>False where nobody can believe it.</returns>
    public bool TryAdjust(PeerTime remote, bool isFirst)
    {
        TimeSpan difference = remote - PeerNow;
        if (isFirst || _isDoubtful)
        {
            _isDoubtful = false;
            Delta -= difference;
            return true;
        }

        if (difference.Duration() > GraphOptions.LargestTimeDifference)
        {
            return false;
        }

        Delta = GraphFormulas.AverageDelta(Delta, Delta - difference);
        return true;
    }
}

using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Peer time: MS-PPGRH 1.3.6, 3.1.5.2.2.</summary>
internal sealed partial class GraphMachine
{
    private TimeSpan _delta;
    private PeerTime? _lastConnected;
    private bool _isTimeDoubtful;

    /// <summary>How much this node's clock is ahead of peer time; what the owner keeps for the next <see cref="Open"/>.</summary>
    public TimeSpan PeerTimeDelta => _delta;

    /// <summary>The peer time up to which the database was in touch with others: now while there are neighbors, else when
    /// the last one was lost; null if there has never been one. What the owner keeps for the next <see cref="Open"/>.</summary>
    public PeerTime? LastConnected => _neighbors.Count > 0 ? PeerNow : _lastConnected;

    /// <summary>The graph's time at the last call.</summary>
    public PeerTime PeerNow => PeerTime.FromUtc(_now.Utc, _delta);

    private void Enter(Moment now)
    {
        // A clock that is set is no time that has passed: nothing expires because of it. What peer time really is, the
        // next neighbor tells.
        TimeSpan jump = (now.Utc - _now.Utc) - (now.Elapsed - _now.Elapsed);
        if (jump.Duration() > _options.ClockJump)
        {
            _delta += jump;
            _isTimeDoubtful = true;
        }

        _now = now;
    }

    /// <summary>Takes a new neighbor's time into account. The rule of 20 minutes would keep out a newcomer whose clock is
    /// wrong, so the first connection is exempt from it.</summary>
    /// <param name="link">The connection, not a neighbor yet.</param>
    /// <param name="welcomeTime">What WELCOME says.</param>
    private void AdjustTime(GraphLink link, PeerTime welcomeTime)
    {
        PeerTime remote = welcomeTime + ((_now.Elapsed - link.ConnectSent) / 2);
        TimeSpan difference = remote - PeerNow;
        if (_neighbors.Count == 0 || _isTimeDoubtful)
        {
            _isTimeDoubtful = false;
            _delta -= difference;
        }
        else if (difference.Duration() > _options.LargestTimeDifference)
        {
            Count(GraphDropReason.ImplausibleTime);
            return;
        }
        else
        {
            _delta = GraphFormulas.AverageDelta(_delta, _delta - difference);
        }

        ScheduleExpiration();
        ScheduleAutoRefresh();
        ScheduleGraphInfo();
    }
}

using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// Goes through the segments in their order and opens a session for each of which something is wanted, some at a time: at
/// first for what is not at hand, then again for what nobody has sent.
/// </summary>
/// <param name="context">What the parts share.</param>
/// <param name="layout">The segments.</param>
/// <param name="sessions">Begins sessions.</param>
/// <param name="source">What nobody has sent.</param>
internal sealed class Rounds(DownloadContext context, ContentLayout layout, SessionTable sessions, SourceReads source)
{
    // A probe is asked for several segments, but the first must not wait for long.
    private const int BytesPerRound = 8 * 1024 * 1024;

    private readonly List<SegmentSession> _round = [];
    private int _next;
    private long _found;
    private bool _isLooking;
    private bool _hasLooked;

    /// <summary>Whether a session has been opened for all that is wanted.</summary>
    public bool IsDone => _next == layout.SegmentCount && !_isLooking && _round.Count == 0;

    private bool IsFull => _round.Count >= DownloadLimits.SegmentsPerProbe
        || (_round.Count > 0 && (_found >= BytesPerRound || _next == layout.SegmentCount))
        || (_round.Count >= DownloadLimits.MinimumSessions
            && _round.Sum(session => session.Wanted.Count) >= DownloadLimits.Requests);

    /// <summary>Goes on, as far as there is room.</summary>
    /// <returns>Whether sessions have begun.</returns>
    public bool GoOn(TimeSpan now)
    {
        bool hasBegun = false;
        while (!_isLooking && !IsDone)
        {
            if (IsFull)
            {
                if (!sessions.WantsMore || source.IsBehind)
                {
                    break;
                }

                Begin(now);
                hasBegun = true;
            }
            else if (_hasLooked)
            {
                Want(_next, source.Take(_next));
            }
            else
            {
                _isLooking = true;
                context.Do(new DownloadEffect.Look(context.Download, _next));
            }
        }

        return hasBegun;
    }

    /// <summary>Somebody has looked what of the next segment is at hand.</summary>
    /// <param name="found">The blocks that are.</param>
    public void AtHand(BlockSet found)
    {
        _isLooking = false;
        (int first, int count) = layout.GetBlocks(_next);
        _found += (long)found.Count * layout.GetSegment(_next).BlockSize;
        Want(_next, BlockSet.Range(first, count).Except(found));
    }

    /// <summary>Begins again, with what nobody has sent.</summary>
    public void Restart()
    {
        _hasLooked = true;
        _next = 0;
    }

    /// <summary>Asks for all of some segments that nobody has sent and that is not being read.</summary>
    public void TakeBack(TimeSpan now, HashSet<SegmentId> ids)
    {
        for (int index = 0; index < layout.SegmentCount; index++)
        {
            PeerContentSegment segment = layout.GetSegment(index);
            if (ids.Contains(segment.Id) && source.Take(index) is { IsEmpty: false } wanted)
            {
                sessions.Begin(now, new(index, segment, wanted));
            }
        }
    }

    private void Want(int index, BlockSet wanted)
    {
        _next++;
        if (!wanted.IsEmpty)
        {
            _round.Add(new(index, layout.GetSegment(index), wanted));
        }
    }

    private void Begin(TimeSpan now)
    {
        foreach (SegmentSession session in _round)
        {
            if (!source.IsOn)
            {
                // That nobody had a segment saves the way to others only where there is another way.
                context.Lists.ForgetEmpty(now, session.Segment.Id);
            }

            sessions.Begin(now, session);
        }

        _round.Clear();
        _found = 0;
    }
}

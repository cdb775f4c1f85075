namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <content>Who has which segment: probes and segment lists.</content>
internal sealed partial class DownloadMachine
{
    /// <summary>A peer has answered a probe (2.8.2.5.1).</summary>
    public void Found(DownloadRequest probe, Uri address, IReadOnlyList<SegmentId> ids, TimeSpan now)
    {
        if (!probe.IsReleased)
        {
            Meet(probe, address, ids, now);
        }
    }

    /// <summary>A peer has answered a probe that has ended.</summary>
    public void FoundLate(Uri address, IReadOnlyList<SegmentId> ids, TimeSpan now) => Meet(null, address, ids, now);

    private void Meet(DownloadRequest? probe, Uri address, IReadOnlyList<SegmentId> ids, TimeSpan now)
    {
        if (ids.Count == 0 || Accept(address, now) is not { } server)
        {
            return;
        }

        server.LastUsed = now;
        server.Guesses = _options.GuessesInRow;
        HashSet<SegmentId> has = [.. ids];
        SegmentId[] asked = probe is null ? [] : [.. probe.GetIds().Where(has.Contains)];
        foreach (SegmentId id in asked)
        {
            probe!.Found.Add(id);
            _lists.Add(id, address, now);
        }

        foreach (SegmentSession session in _sessions.Where(session => !session.IsHostedStage))
        {
            if (has.Contains(session.Segment.Id))
            {
                session.AwaitsProbe &= !AddServer(session, server, isGuess: false);
            }
            else if (probe is null || !probe.Sessions.Contains(session))
            {
                // What was not asked about is worth a try.
                session.AwaitsProbe &= !AddServer(session, server, isGuess: true);
            }
        }

        Settle(now);
    }

    /// <summary>A probe has ended.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="isAnswered">Whether everybody who has something had the time to say so: that of all other segments
    /// nobody has them is known then, and only then.</param>
    /// <param name="now">The time.</param>
    public void ProbeEnded(DownloadRequest probe, bool isAnswered, TimeSpan now)
    {
        if (!probe.IsReleased)
        {
            EndProbe(probe, isAnswered, now);
        }

        Settle(now);
    }

    /// <summary>A hosted cache has said which segments it has; null where it said nothing of use.</summary>
    public void SegmentListEnded(DownloadRequest request, IReadOnlyList<int>? held, TimeSpan now)
    {
        DownloadServer server = request.Server!;
        server.IsAskedForSegments = false;

        // One that speaks version 1.0 only is asked for each segment as it comes.
        server.KnowsSegmentLists &= held is not null;
        HashSet<int> indexes = held is null ? [.. Enumerable.Range(0, request.Sessions.Count)] : [.. held];
        for (int i = 0; i < request.Sessions.Count; i++)
        {
            SegmentSession session = request.Sessions[i];
            if (!session.IsHostedStage || session.IsEnded)
            {
                continue;
            }

            session.Questions--;
            if (indexes.Contains(i))
            {
                AddServer(session, server, isGuess: held is null);
            }

            Review(session, now);
        }

        Settle(now);
    }

    private void AwaitHostedCaches(SegmentSession session, TimeSpan now)
    {
        foreach (DownloadServer server in _hostedCaches)
        {
            if (!server.IsUsable(now))
            {
                continue;
            }

            if (server.KnowsSegmentLists)
            {
                session.Questions++;
                server.Unasked.Enqueue(session);
            }
            else
            {
                AddServer(session, server, isGuess: true);
            }
        }
    }

    private void AskForSegments(TimeSpan now)
    {
        foreach (DownloadServer server in _hostedCaches)
        {
            if (server.IsAskedForSegments || server.Unasked.Count == 0)
            {
                continue;
            }

            List<SegmentSession> sessions = [];
            while (sessions.Count < _options.SegmentsPerList && server.Unasked.TryDequeue(out SegmentSession? session))
            {
                if (session is { IsEnded: false, IsHostedStage: true })
                {
                    sessions.Add(session);
                }
            }

            if (sessions.Count > 0)
            {
                server.IsAskedForSegments = true;
                _requests.Enqueue(new()
                {
                    Kind = DownloadRequestKind.SegmentList,
                    Server = server,
                    Sessions = sessions,
                    Started = now,
                });
            }
        }
    }

    // 2.8.2.3.2: one probe at a time, for as many segments as wait; none while too many were in vain.
    private void Probe(TimeSpan now)
    {
        if (_probe is { } current && now - current.Started >= _options.RequestTimeout)
        {
            _cancelled.Enqueue(current);
            EndProbe(current, isAnswered: false, now);
        }

        if (_probe is not null || !_sessions.Exists(session => session.AwaitsProbe))
        {
            return;
        }

        SegmentSession[] waiting = [.. _sessions.Where(session => session.AwaitsProbe)];
        if (!_lists.MayProbe(now))
        {
            foreach (SegmentSession session in waiting)
            {
                session.AwaitsProbe = false;
                End(session);
            }

            return;
        }

        StartProbe([.. waiting.Take(_options.SegmentsPerProbe)], now);
    }

    private void StartProbe(SegmentSession[] sessions, TimeSpan now)
    {
        foreach (SegmentSession session in sessions)
        {
            session.AwaitsProbe = false;
            session.IsProbed = true;
            session.Questions++;
            session.Started = now;
        }

        _probe = new() { Kind = DownloadRequestKind.Probe, Sessions = sessions, Started = now };
        _requests.Enqueue(_probe);
    }

    private void EndProbe(DownloadRequest probe, bool isAnswered, TimeSpan now)
    {
        probe.IsReleased = true;
        _probe = null;
        if (probe.Found.Count == 0)
        {
            _lists.CountFruitlessProbe(now);
        }

        foreach (SegmentSession session in probe.Sessions)
        {
            if (isAnswered && !probe.Found.Contains(session.Segment.Id))
            {
                _lists.NoteNobody(session.Segment.Id, now);
            }

            session.Questions--;
            Review(session, now);
        }
    }
}

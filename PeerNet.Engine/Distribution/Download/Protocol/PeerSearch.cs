namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Who has which segment: probes and segment lists.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="requests">What is under way.</param>
/// <param name="servers">Who is known.</param>
/// <param name="sessions">Who is looked for.</param>
internal sealed class PeerSearch(
    DownloadContext context, RequestsInFlight requests, ServerTable servers, SessionTable sessions)
{
    private DownloadRequest? _probe;

    /// <summary>A peer has answered a probe (2.8.2.5.1); null for one that has ended.</summary>
    public void Meet(TimeSpan now, DownloadRequest? probe, Uri address, IReadOnlyList<SegmentId> ids)
    {
        if (ids.Count == 0 || servers.Accept(now, address) is not { } server)
        {
            return;
        }

        server.LastUsed = now;
        server.Guesses = DownloadLimits.GuessesInRow;
        HashSet<SegmentId> has = [.. ids];
        foreach (SegmentId id in probe?.GetIds().Where(has.Contains) ?? [])
        {
            probe!.Found.Add(id);
            context.Lists.Add(now, id, address);
        }

        foreach (SegmentSession session in context.Sessions.Where(session => !session.IsHostedStage))
        {
            // What was not asked about is worth a try.
            bool isGuess = !has.Contains(session.Segment.Id);
            if ((!isGuess || probe?.Sessions.Contains(session) != true)
                && session.AddServer(server, isGuess)
                && session.AwaitsProbe)
            {
                session.AwaitsProbe = false;
                sessions.StartTimer(now, session);
            }
        }
    }

    /// <summary>A probe has ended, or its time is over.</summary>
    /// <param name="now">The time.</param>
    /// <param name="probe">The probe.</param>
    /// <param name="isAnswered">Whether everybody who has something had the time to say so: that of all other segments
    /// nobody has them is known then, and only then.</param>
    public void EndProbe(TimeSpan now, DownloadRequest probe, bool isAnswered)
    {
        _probe = null;
        if (probe.Found.Count == 0)
        {
            context.Lists.CountFruitlessProbe(now);
        }

        foreach (SegmentSession session in probe.Sessions)
        {
            if (isAnswered && !probe.Found.Contains(session.Segment.Id))
            {
                context.Lists.NoteNobody(now, session.Segment.Id);
            }

            session.Questions--;
            sessions.Review(now, session);
        }
    }

    /// <summary>A hosted cache has said which segments it has; null where it said nothing of use.</summary>
    public void EndSegmentList(TimeSpan now, DownloadRequest request, IReadOnlyList<int>? held)
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
                session.AddServer(server, isGuess: held is null);
            }

            sessions.Review(now, session);
        }
    }

    /// <summary>Asks what waits to be asked: hosted caches, and the link.</summary>
    public void Ask(TimeSpan now)
    {
        foreach (DownloadServer server in servers.HostedCaches)
        {
            if (!server.IsAskedForSegments && server.Unasked.Count > 0)
            {
                AskForSegments(now, server);
            }
        }

        Probe(now);
    }

    private void AskForSegments(TimeSpan now, DownloadServer server)
    {
        List<SegmentSession> asked = [];
        while (asked.Count < DownloadLimits.SegmentsPerList && server.Unasked.TryDequeue(out SegmentSession? session))
        {
            if (session is { IsEnded: false, IsHostedStage: true })
            {
                asked.Add(session);
            }
        }

        if (asked.Count > 0)
        {
            server.IsAskedForSegments = true;
            requests.Start(new()
            {
                Download = context.Download,
                Kind = DownloadRequestKind.SegmentList,
                Server = server,
                Sessions = asked,
                Started = now,
            });
        }
    }

    // 2.8.2.3.2: one probe at a time, for as many segments as wait; none while too many were in vain.
    private void Probe(TimeSpan now)
    {
        if (_probe is not null || !context.Sessions.Exists(session => session.AwaitsProbe))
        {
            return;
        }

        SegmentSession[] waiting = [.. context.Sessions.Where(session => session.AwaitsProbe)];
        if (context.Lists.MayProbe(now))
        {
            StartProbe(now, [.. waiting.Take(DownloadLimits.SegmentsPerProbe)]);
            return;
        }

        foreach (SegmentSession session in waiting)
        {
            session.AwaitsProbe = false;
            sessions.End(session);
        }
    }

    private void StartProbe(TimeSpan now, SegmentSession[] asked)
    {
        foreach (SegmentSession session in asked)
        {
            session.AwaitsProbe = false;
            session.IsProbed = true;
            session.Questions++;
            sessions.StartTimer(now, session);
        }

        _probe = new()
        {
            Download = context.Download,
            Kind = DownloadRequestKind.Probe,
            Sessions = asked,
            Started = now,
        };
        requests.Start(_probe);
    }
}

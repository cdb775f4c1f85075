namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Sessions: how they begin, go on and end (MS-CCROD 2.8.2.2.2, 2.8.2.3.2).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="requests">What is under way.</param>
/// <param name="servers">Whom to ask.</param>
internal sealed class SessionTable(DownloadContext context, RequestsInFlight requests, ServerTable servers)
{
    /// <summary>Whether peers may be looked for.</summary>
    public required Func<bool> MaySearch { get; init; }

    /// <summary>Told of each session that has ended.</summary>
    public required Action<SegmentSession> Ended { get; init; }

    /// <summary>Whether there are too few sessions to keep everybody busy.</summary>
    public bool WantsMore => context.Sessions.Count < DownloadLimits.MinimumSessions
        || (context.Sessions.Count < DownloadLimits.MaximumSessions && IdleBlocks < 4 * DownloadLimits.Requests);

    private int IdleBlocks
    {
        get
        {
            int count = 0;
            foreach (SegmentSession session in context.Sessions)
            {
                count += session.Idle.Count;
            }

            return count;
        }
    }

    /// <summary>Begins a session for a segment (2.8.2.3.1). They are in the order of the content.</summary>
    public void Begin(TimeSpan now, SegmentSession session)
    {
        context.Sessions.Add(session);
        if (!servers.HostedCaches.Any(server => server.IsUsable(now)))
        {
            BeginPeers(now, session);
            return;
        }

        session.IsHostedStage = true;
        StartTimer(now, session);
        AwaitHostedCaches(now, session);
    }

    /// <summary>The Upload Timer of a session starts anew (2.8.1.2.2).</summary>
    public void StartTimer(TimeSpan now, SegmentSession session)
    {
        session.Started = now;
        if (context.Timers.Get(new(DownloadTimerKind.Session)) is null)
        {
            context.Timers.Set(new(DownloadTimerKind.Session), now + DownloadLimits.SessionTimeout);
        }
    }

    /// <summary>2.8.2.5.3: all downloaded, some busy, or all complete with blocks missing.</summary>
    public void Review(TimeSpan now, SegmentSession session)
    {
        if (session.IsEnded)
        {
            return;
        }

        if (session.IsWhole)
        {
            End(session);
        }
        else if (session.Questions == 0 && !session.AwaitsProbe && session.Requests.Count == 0 && !session.HasHope(now))
        {
            GiveUpStage(now, session);
        }
    }

    /// <summary>Reviews all sessions.</summary>
    public void ReviewAll(TimeSpan now)
    {
        foreach (SegmentSession session in context.Sessions.ToArray())
        {
            Review(now, session);
        }
    }

    /// <summary>The Upload Timer. It does not run while a session waits for its turn, or for others that are served by the same
    /// servers.</summary>
    public void GiveUpStuck(TimeSpan now)
    {
        TimeSpan next = TimeSpan.MaxValue;
        foreach (SegmentSession session in context.Sessions.ToArray())
        {
            if (!session.IsEnded && !session.AwaitsProbe && session.LastSign + DownloadLimits.SessionTimeout <= now)
            {
                GiveUpStage(now, session);
            }

            if (!session.IsEnded && !session.AwaitsProbe)
            {
                TimeSpan due = session.LastSign + DownloadLimits.SessionTimeout;
                next = due < next ? due : next;
            }
        }

        if (next < TimeSpan.MaxValue)
        {
            context.Timers.Set(new(DownloadTimerKind.Session), next);
        }
    }

    /// <summary>Ends a session: what has not come has to come from elsewhere.</summary>
    public void End(SegmentSession session)
    {
        requests.Abandon(session);
        session.IsEnded = true;
        context.Sessions.Remove(session);
        Ended(session);
    }

    private void BeginPeers(TimeSpan now, SegmentSession session)
    {
        session.IsHostedStage = false;
        StartTimer(now, session);
        ServerListState state = context.Lists.Find(now, session.Segment.Id, out Uri[] known);
        if (state == ServerListState.Empty)
        {
            End(session);
            return;
        }

        foreach (Uri address in known)
        {
            if (servers.Accept(now, address) is { } server)
            {
                session.AddServer(server, isGuess: false);
            }
        }

        AddGuesses(now, session);
        Review(now, session);
    }

    // Whoever has some segments of the content is likely to have the next.
    private void AddGuesses(TimeSpan now, SegmentSession session)
    {
        foreach (DownloadServer server in servers.All)
        {
            if (!server.IsHostedCache && server.Guesses > 0 && server.IsUsable(now))
            {
                session.AddServer(server, isGuess: true);
            }
        }
    }

    private void AwaitHostedCaches(TimeSpan now, SegmentSession session)
    {
        foreach (DownloadServer server in servers.HostedCaches)
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
                session.AddServer(server, isGuess: true);
            }
        }
    }

    private void GiveUpStage(TimeSpan now, SegmentSession session)
    {
        requests.Abandon(session);
        session.Questions = 0;
        if (session.IsHostedStage)
        {
            BeginPeers(now, session);
        }
        else if (!session.IsProbed && !session.AwaitsProbe && MaySearch())
        {
            session.AwaitsProbe = true;
        }
        else
        {
            End(session);
        }
    }
}

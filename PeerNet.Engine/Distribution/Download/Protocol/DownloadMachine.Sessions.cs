namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <content>Sessions: how they begin, go on and end (MS-CCROD 2.8.2.2.2, 2.8.2.3.2).</content>
internal sealed partial class DownloadMachine
{
    private void Begin(SegmentSession session, TimeSpan now)
    {
        session.Started = now;
        if (session.Wanted.IsEmpty)
        {
            End(session);
            return;
        }

        if (_hostedCaches.Any(server => server.IsUsable(now)))
        {
            session.IsHostedStage = true;
            AwaitHostedCaches(session, now);
        }
        else
        {
            BeginPeers(session, now);
        }
    }

    private void BeginPeers(SegmentSession session, TimeSpan now)
    {
        session.IsHostedStage = false;
        session.Started = now;
        ServerListState state = _lists.Find(session.Segment.Id, now, out Uri[] known);
        if (state == ServerListState.Empty)
        {
            End(session);
            return;
        }

        foreach (Uri address in known)
        {
            if (Accept(address, now) is { } server)
            {
                AddServer(session, server, isGuess: false);
            }
        }

        AddGuesses(session, now);
        Review(session, now);
    }

    // Whoever has some segments of the content is likely to have the next.
    private void AddGuesses(SegmentSession session, TimeSpan now)
    {
        foreach (DownloadServer server in _servers.Values)
        {
            if (!server.IsHostedCache && server.Guesses > 0 && server.IsUsable(now))
            {
                AddServer(session, server, isGuess: true);
            }
        }
    }

    // A server that was removed does not come back in this session, unless it was only a guess and says now that it has
    // the segment. Whether the session has gained anything.
    private static bool AddServer(SegmentSession session, DownloadServer server, bool isGuess)
    {
        ServerEntry? known = session.Find(server);
        if (known is not null && (!known.IsRemoved || !known.IsGuess || isGuess))
        {
            return false;
        }

        if (known is not null)
        {
            session.Servers.Remove(known);
        }

        session.Servers.Add(new(server, isGuess));
        server.HasNoWork = false;
        return true;
    }

    // 2.8.2.5.3: all downloaded, some busy, or all complete with blocks missing.
    private void Review(SegmentSession session, TimeSpan now)
    {
        if (session.IsEnded)
        {
            return;
        }

        if (session.Downloaded.Equals(session.Wanted) && session.Requests.Count == 0)
        {
            End(session);
        }
        else if (session.Questions == 0 && !session.AwaitsProbe && session.Requests.Count == 0 && !HasHope(session, now))
        {
            GiveUpStage(session, now);
        }
    }

    private static bool HasHope(SegmentSession session, TimeSpan now)
    {
        foreach (ServerEntry entry in session.Servers)
        {
            if (!entry.IsRemoved
                && entry.Server.IsUsable(now)
                && (entry.NeedsList(session) || entry.NextBlock(session) >= 0))
            {
                return true;
            }
        }

        return false;
    }

    // The Upload Timer (2.8.1.2.2). It does not run while the session waits for its turn, or for others that are served
    // by the same servers.
    private bool IsStuck(SegmentSession session, TimeSpan now)
    {
        if (session.IsEnded || session.AwaitsProbe)
        {
            return false;
        }

        TimeSpan last = session.Started;
        foreach (ServerEntry entry in session.Servers)
        {
            last = entry.Server.LastReceived > last && !entry.IsRemoved ? entry.Server.LastReceived : last;
        }

        return now - last >= _options.SessionTimeout;
    }

    private void GiveUpStage(SegmentSession session, TimeSpan now)
    {
        if (session.Downloaded.Equals(session.Wanted))
        {
            // Something is still being put in its place; the end of that ends the session.
            return;
        }

        AbandonRequests(session);
        session.Questions = 0;
        if (session.IsHostedStage)
        {
            BeginPeers(session, now);
        }
        else if (_canDiscover && !session.IsProbed && !session.AwaitsProbe)
        {
            session.AwaitsProbe = true;
        }
        else
        {
            End(session);
        }
    }

    private void AbandonRequests(SegmentSession session)
    {
        foreach (DownloadRequest request in session.Requests.ToArray())
        {
            if (!request.IsClaimed)
            {
                Abandon(request);
            }
        }
    }

    private void End(SegmentSession session)
    {
        session.IsEnded = true;
        _sessions.Remove(session);
        _results.Enqueue(new(session.Index, session.Wanted.Except(session.Downloaded)));
    }
}

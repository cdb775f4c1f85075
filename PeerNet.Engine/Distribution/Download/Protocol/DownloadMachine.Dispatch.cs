namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <content>The download schedule session (MS-CCROD 2.8.2.4.1, 2.8.2.5.3), over all segments.</content>
internal sealed partial class DownloadMachine
{
    private void Dispatch(TimeSpan now)
    {
        ReviewWhereDue(now);
        while (_inFlight < _options.MaximumRequests && ChooseServer(now) is { } server)
        {
            if (FindWork(server, now) is { } request)
            {
                Start(request);
            }
            else
            {
                server.HasNoWork = true;
            }
        }
    }

    // Ending a session can be the last hope of none other, so one round does.
    private void ReviewWhereDue(TimeSpan now)
    {
        while (_isReviewDue)
        {
            _isReviewDue = false;
            foreach (SegmentSession session in _sessions.ToArray())
            {
                Review(session, now);
            }

            AskForSegments(now);
            Probe(now);
        }
    }

    // The one with the fewest requests: all links are used.
    private DownloadServer? ChooseServer(TimeSpan now)
    {
        DownloadServer? best = null;
        foreach (DownloadServer server in _servers.Values)
        {
            if (!server.HasNoWork && server.HasRoom(now) && (best is null || server.InFlight < best.InFlight))
            {
                best = server;
            }
        }

        return best;
    }

    private DownloadRequest? FindWork(DownloadServer server, TimeSpan now)
    {
        foreach (SegmentSession session in _sessions)
        {
            if (session.Find(server) is not { IsRemoved: false } entry)
            {
                continue;
            }

            if (entry.NeedsList(session))
            {
                entry.IsListing = true;
                return CreateRequest(DownloadRequestKind.BlockList, server, session, 0, now);
            }

            int block = entry.NextBlock(session);
            if (block >= 0)
            {
                session.MarkDownloading(block);
                return CreateRequest(DownloadRequestKind.Block, server, session, block, now);
            }
        }

        return null;
    }

    private static DownloadRequest CreateRequest(
        DownloadRequestKind kind, DownloadServer server, SegmentSession session, int block, TimeSpan now) =>
        new() { Kind = kind, Server = server, Sessions = [session], Block = block, Started = now };

    private void Start(DownloadRequest request)
    {
        request.Server!.InFlight++;
        request.Server.LastUsed = request.Started;
        request.Session.Requests.Add(request);
        _inFlight++;
        _requests.Enqueue(request);
    }

    // An idle server is asked for a block that another one is slow to send; the first to come counts.
    private void RequestTwice(TimeSpan now)
    {
        foreach (DownloadServer server in _servers.Values)
        {
            while (server.HasNoWork && server.HasRoom(now) && _inFlight < _options.MaximumRequests
                && FindSlowRequest(server, now) is { } slow)
            {
                Start(CreateRequest(DownloadRequestKind.Block, server, slow.Session, slow.Block, now));
            }
        }
    }

    private DownloadRequest? FindSlowRequest(DownloadServer server, TimeSpan now)
    {
        foreach (SegmentSession session in _sessions)
        {
            if (session.Find(server) is { IsRemoved: false } entry)
            {
                foreach (DownloadRequest request in session.Requests)
                {
                    if (IsSlow(request, server, now) && MayHave(entry, request.Block)
                        && !session.Requests.Exists(other => IsTwin(other, request)))
                    {
                        return request;
                    }
                }
            }
        }

        return null;

        static bool MayHave(ServerEntry entry, int block) => entry.Available?.Contains(block) ?? true;
    }

    private bool IsSlow(DownloadRequest request, DownloadServer server, TimeSpan now) =>
        request.Kind == DownloadRequestKind.Block
        && request.Server != server
        && !request.IsClaimed
        && now - request.Started >= _options.SecondRequestDelay;
}

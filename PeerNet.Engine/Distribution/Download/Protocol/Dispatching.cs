namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>The download schedule session (MS-CCROD 2.8.2.4.1, 2.8.2.5.3), over all segments.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="requests">What is under way.</param>
/// <param name="servers">Whom to ask.</param>
internal sealed class Dispatching(DownloadContext context, RequestsInFlight requests, ServerTable servers)
{
    /// <summary>Asks everybody who has room for one more request for what he may have.</summary>
    public void Dispatch(TimeSpan now)
    {
        while (requests.Exchanges < DownloadLimits.Requests && ChooseServer(now) is { } server)
        {
            if (FindWork(now, server) is { } request)
            {
                requests.Start(request);
            }
            else
            {
                server.HasNoWork = true;
            }
        }

        if (requests.HasSlow)
        {
            RequestTwice(now);
        }
    }

    // The one with the fewest requests: all links are used.
    private DownloadServer? ChooseServer(TimeSpan now)
    {
        DownloadServer? best = null;
        foreach (DownloadServer server in servers.All)
        {
            if (!server.HasNoWork && server.HasRoom(now) && (best is null || server.InFlight < best.InFlight))
            {
                best = server;
            }
        }

        return best;
    }

    private DownloadRequest? FindWork(TimeSpan now, DownloadServer server)
    {
        foreach (SegmentSession session in context.Sessions)
        {
            if (session.Find(server) is not { IsRemoved: false } entry)
            {
                continue;
            }

            if (entry.NeedsList(session))
            {
                entry.IsListing = true;
                return CreateRequest(now, DownloadRequestKind.BlockList, server, session, 0);
            }

            int block = entry.NextBlock(session);
            if (block >= 0)
            {
                session.MarkDownloading(block);
                return CreateRequest(now, DownloadRequestKind.Block, server, session, block);
            }
        }

        return null;
    }

    private DownloadRequest CreateRequest(
        TimeSpan now, DownloadRequestKind kind, DownloadServer server, SegmentSession session, int block) => new()
        {
            Download = context.Download,
            Kind = kind,
            Server = server,
            Sessions = [session],
            Block = block,
            Started = now,
        };

    // An idle server is asked for a block that another one is slow to send; the first to come counts.
    private void RequestTwice(TimeSpan now)
    {
        foreach (DownloadServer server in servers.All)
        {
            while (server.HasNoWork && server.HasRoom(now) && requests.Exchanges < DownloadLimits.Requests
                && FindSlowRequest(server) is { } slow)
            {
                requests.Start(CreateRequest(now, DownloadRequestKind.Block, server, slow.Session, slow.Block));
            }
        }
    }

    private DownloadRequest? FindSlowRequest(DownloadServer server)
    {
        foreach (SegmentSession session in context.Sessions)
        {
            if (session.Find(server) is not { IsRemoved: false } entry)
            {
                continue;
            }

            foreach (DownloadRequest request in session.Requests)
            {
                if (request.IsSlow && request.Server != server && entry.MayHave(request.Block)
                    && !session.Requests.Exists(request.IsTwinOf))
                {
                    return request;
                }
            }
        }

        return null;
    }
}

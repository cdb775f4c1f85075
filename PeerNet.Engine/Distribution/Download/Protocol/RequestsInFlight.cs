using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>The requests of a download that somebody performs, and how long they may take.</summary>
/// <param name="context">What the parts share.</param>
internal sealed class RequestsInFlight(DownloadContext context)
{
    private readonly ByAge _expiring = new(context.Timers, DownloadTimerKind.Request, DownloadLimits.RequestTimeout);
    private readonly ByAge _slow = new(context.Timers, DownloadTimerKind.SecondRequest, DownloadLimits.SecondRequestDelay);
    private int _open;
    private int _slowBlocks;

    /// <summary>Whether nobody performs any.</summary>
    public bool IsIdle => _open == 0;

    /// <summary>Requests for blocks and block lists, those included that have been cancelled and are performed still.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Whether some block takes long to come.</summary>
    public bool HasSlow => _slowBlocks > 0;

    /// <summary>Has a request performed.</summary>
    public void Start(DownloadRequest request)
    {
        _open++;
        _expiring.Add(request);
        if (request.IsExchange)
        {
            Exchanges++;
            request.Server!.InFlight++;
            request.Server.LastUsed = request.Started;
            request.Session.Requests.Add(request);
        }

        if (request.Kind == DownloadRequestKind.Block)
        {
            _slow.Add(request);
        }

        context.Do(new DownloadEffect.Ask(request));
    }

    /// <summary>A request has been performed, with whatever end.</summary>
    /// <returns>Whether the scheduler still counted on it.</returns>
    public bool End(DownloadRequest request)
    {
        bool wasAwaited = !request.IsReleased;
        _open--;
        Release(request);
        if (request.IsExchange)
        {
            Exchanges--;
            request.Server!.InFlight--;
            request.Server.HasNoWork = false;
        }

        return wasAwaited;
    }

    /// <summary>Counts on a request no more.</summary>
    public void Abandon(DownloadRequest request)
    {
        Release(request);
        context.Do(new DownloadEffect.Cancel(request));
    }

    /// <summary>Counts on no request of a session any more, or on those to one server.</summary>
    public void Abandon(SegmentSession session, DownloadServer? server = null)
    {
        foreach (DownloadRequest request in session.Requests.ToArray())
        {
            if (server is null || request.Server == server)
            {
                Abandon(request);
            }
        }
    }

    /// <summary>Takes a request whose Request Timer has run out.</summary>
    public bool TryTakeExpired(TimeSpan now, out DownloadRequest request) => _expiring.TryTake(now, out request);

    /// <summary>Notes which blocks take long to come.</summary>
    public void NoteSlow(TimeSpan now)
    {
        while (_slow.TryTake(now, out DownloadRequest request))
        {
            request.IsSlow = true;
            _slowBlocks++;
        }
    }

    // The block of a released request is idle again, unless it came or another request is for it.
    private void Release(DownloadRequest request)
    {
        if (request.IsReleased)
        {
            return;
        }

        request.IsReleased = true;
        _slowBlocks -= request.IsSlow ? 1 : 0;
        if (!request.IsExchange)
        {
            return;
        }

        SegmentSession session = request.Session;
        session.Requests.Remove(request);
        if (request.Kind == DownloadRequestKind.BlockList)
        {
            if (session.Find(request.Server!) is { } entry)
            {
                entry.IsListing = false;
            }
        }
        else if (!session.Downloaded.Contains(request.Block) && !session.Requests.Exists(request.IsTwinOf))
        {
            session.MarkIdle(request.Block);
        }

        foreach (ServerEntry entry in session.Servers)
        {
            entry.Server.HasNoWork = false;
        }
    }

    /// <summary>Requests in the order of their beginning, and so of what comes to each after the same time.</summary>
    private sealed class ByAge(Timers<DownloadTimer> timers, DownloadTimerKind kind, TimeSpan after)
    {
        private readonly Queue<DownloadRequest> _requests = [];

        public void Add(DownloadRequest request)
        {
            while (_requests.TryPeek(out DownloadRequest? oldest) && oldest.IsReleased)
            {
                _requests.Dequeue();
            }

            _requests.Enqueue(request);
            if (timers.Get(new(kind)) is null)
            {
                timers.Set(new(kind), request.Started + after);
            }
        }

        public bool TryTake(TimeSpan now, out DownloadRequest request)
        {
            while (_requests.TryPeek(out request!))
            {
                if (!request.IsReleased && request.Started + after > now)
                {
                    timers.Set(new(kind), request.Started + after);
                    return false;
                }

                _requests.Dequeue();
                if (!request.IsReleased)
                {
                    return true;
                }
            }

            return false;
        }
    }
}

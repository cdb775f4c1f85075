using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// Who is asked for which block when: the client framework of MS-CCROD 2.8.2 for all segments of one download. It has no
/// clock, no thread and no socket: it is told what happened and when, and says what is to be done. Times are monotonic.
/// </summary>
internal sealed partial class DownloadMachine
{
    private readonly DownloadOptions _options;
    private readonly ServerInformationLists _lists;
    private readonly bool _canDiscover;
    private readonly Dictionary<Uri, DownloadServer> _servers = [];
    private readonly DownloadServer[] _hostedCaches;

    // In the order of the content: the first ones are served first.
    private readonly List<SegmentSession> _sessions = [];
    private readonly Queue<DownloadRequest> _requests = [];
    private readonly Queue<DownloadRequest> _cancelled = [];
    private readonly Queue<SegmentResult> _results = [];
    private DownloadRequest? _probe;
    private int _inFlight;
    private bool _isReviewDue;

    /// <param name="options">Limits and timers.</param>
    /// <param name="lists">Who has what, from earlier downloads too.</param>
    /// <param name="canDiscover">Whether peers can be looked for.</param>
    /// <param name="hostedCaches">The hosted caches to ask before peers.</param>
    public DownloadMachine(
        DownloadOptions options, ServerInformationLists lists, bool canDiscover, IEnumerable<Uri> hostedCaches)
    {
        _options = options;
        _lists = lists;
        _canDiscover = canDiscover;
        _hostedCaches = [.. hostedCaches.Distinct().Select(address => new DownloadServer(address, isHostedCache: true))];
        foreach (DownloadServer server in _hostedCaches)
        {
            _servers.Add(server.Address, server);
        }
    }

    /// <summary>Whether there are too few sessions to keep everybody busy.</summary>
    public bool WantsSegments => _sessions.Count < _options.MinimumSessions
        || (_sessions.Count < _options.MaximumSessions && IdleBlocks < 4 * _options.MaximumRequests);

    /// <summary>Whether no session is open.</summary>
    public bool IsIdle => _sessions.Count == 0;

    /// <summary>Servers that sent what they should not.</summary>
    public int ExcludedServers => _servers.Values.Count(server => server.IsExcluded);

    /// <summary>Peers that sent a block.</summary>
    public int UsefulPeers { get; private set; }

    private int IdleBlocks
    {
        get
        {
            int count = 0;
            foreach (SegmentSession session in _sessions)
            {
                count += session.Idle.Count;
            }

            return count;
        }
    }

    /// <summary>Begins a session for each segment (2.8.2.3.1). They are in the order of the content.</summary>
    public void Add(IEnumerable<SegmentSession> sessions, TimeSpan now)
    {
        foreach (SegmentSession session in sessions)
        {
            _sessions.Add(session);
            Begin(session, now);
        }

        Settle(now);
    }

    /// <summary>Takes back that servers are left alone: nobody else is left to ask.</summary>
    public void ReturnServers()
    {
        foreach (DownloadServer server in _servers.Values)
        {
            server.Return();
        }
    }

    /// <summary>The next thing to begin.</summary>
    public bool TryTakeRequest(out DownloadRequest request) => _requests.TryDequeue(out request!);

    /// <summary>The next request that need not be finished.</summary>
    public bool TryTakeCancelled(out DownloadRequest request) => _cancelled.TryDequeue(out request!);

    /// <summary>The next session that has ended.</summary>
    public bool TryTakeResult(out SegmentResult result) => _results.TryDequeue(out result);

    /// <summary>A block has come and is what it must be: whether it is the first to come, and is to be kept.</summary>
    public bool Claim(DownloadRequest request)
    {
        SegmentSession session = request.Session;
        if (session.IsEnded || session.Downloaded.Contains(request.Block))
        {
            return false;
        }

        session.MarkDownloaded(request.Block);
        request.IsClaimed = true;
        foreach (DownloadRequest twin in session.Requests.Where(other => IsTwin(other, request)).ToArray())
        {
            Abandon(twin);
        }

        return true;
    }

    /// <summary>A request for a block has ended; a received one has been claimed and put where it belongs.</summary>
    public void BlockEnded(DownloadRequest request, BlockOutcome outcome, TimeSpan now)
    {
        bool isLate = request.IsReleased;
        DownloadServer server = EndExchange(request);
        SegmentSession session = request.Session;
        switch (outcome)
        {
            case BlockOutcome.Received:
                Reward(server, request.Started, now);
                break;
            case BlockOutcome.Corrupt:
                Blame(request, now);
                break;
            case BlockOutcome.Missing when !isLate:
                MarkMissing(server, session, request.Block, now);
                break;
            case BlockOutcome.Busy when !isLate:
                server.BackOff(_options, now);
                break;
            case BlockOutcome.Failed when !isLate:
                FailBlock(request, now);
                break;
        }

        Review(session, now);
        Settle(now);
    }

    /// <summary>A request for a block list has ended; null where it failed.</summary>
    public void BlockListEnded(DownloadRequest request, BlockSet? available, TimeSpan now)
    {
        bool isLate = request.IsReleased;
        DownloadServer server = EndExchange(request);
        SegmentSession session = request.Session;
        if (!isLate && session.Find(server) is { IsRemoved: false } entry)
        {
            SetList(entry, session, available, request.Started, now);
        }

        Review(session, now);
        Settle(now);
    }

    /// <summary>Time has passed: expired requests fail, stuck sessions are given up, busy peers are asked again.</summary>
    public void Tick(TimeSpan now)
    {
        ExpireRequests(now);
        foreach (SegmentSession session in _sessions.ToArray())
        {
            if (IsStuck(session, now))
            {
                GiveUpStage(session, now);
            }
        }

        foreach (DownloadServer server in _servers.Values)
        {
            server.HasNoWork = false;
        }

        Settle(now);
        RequestTwice(now);
    }

    // What every event ends with: nothing that can be asked waits.
    private void Settle(TimeSpan now)
    {
        AskForSegments(now);
        Probe(now);
        Dispatch(now);
    }

    private DownloadServer EndExchange(DownloadRequest request)
    {
        Release(request);
        DownloadServer server = request.Server!;
        server.InFlight--;
        server.HasNoWork = false;
        _inFlight--;
        return server;
    }

    // The block of a released request is idle again, unless it came or another request is for it.
    private static void Release(DownloadRequest request)
    {
        if (request.IsReleased)
        {
            return;
        }

        request.IsReleased = true;
        SegmentSession session = request.Session;
        session.Requests.Remove(request);
        if (request.Kind == DownloadRequestKind.BlockList)
        {
            if (session.Find(request.Server!) is { } entry)
            {
                entry.IsListing = false;
            }
        }
        else if (!session.Downloaded.Contains(request.Block) && !session.Requests.Exists(other => IsTwin(other, request)))
        {
            session.MarkIdle(request.Block);
        }

        foreach (ServerEntry entry in session.Servers)
        {
            entry.Server.HasNoWork = false;
        }
    }

    private void Abandon(DownloadRequest request)
    {
        Release(request);
        _cancelled.Enqueue(request);
    }

    private static bool IsTwin(DownloadRequest other, DownloadRequest request) =>
        other != request && other.Kind == DownloadRequestKind.Block && other.Block == request.Block;

    private void ExpireRequests(TimeSpan now)
    {
        foreach (SegmentSession session in _sessions.ToArray())
        {
            foreach (DownloadRequest request in session.Requests.ToArray())
            {
                if (now - request.Started >= _options.RequestTimeout && !request.IsClaimed && !request.IsReleased)
                {
                    Expire(request, now);
                }
            }
        }
    }

    private void Expire(DownloadRequest request, TimeSpan now)
    {
        Abandon(request);
        if (request.Kind == DownloadRequestKind.Block)
        {
            FailBlock(request, now);
        }
        else if (request.Session.Find(request.Server!) is { IsRemoved: false } entry)
        {
            SetList(entry, request.Session, null, request.Started, now);
        }

        Review(request.Session, now);
    }
}

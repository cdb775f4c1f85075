using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Servers: who may take part, and what happens to those who fail (MS-CCROD 2.8.2.5.4 to 2.8.2.5.6).</summary>
internal sealed class ServerTable
{
    // Servers are remembered while they are excluded; whoever has so many addresses is an attacker.
    private const int MostExcluded = 4096;

    // A hosted cache that knows no secrets cannot check what others offered to it; a few bad blocks are not its fault.
    private const int CorruptBlocksOfHostedCache = 3;
    private const int BlocksPerCorruptOne = 16;

    private readonly DownloadContext _context;
    private readonly RequestsInFlight _requests;
    private readonly Dictionary<Uri, DownloadServer> _servers = [];

    /// <param name="context">What the parts share.</param>
    /// <param name="requests">What is under way.</param>
    /// <param name="hostedCaches">The hosted caches.</param>
    public ServerTable(DownloadContext context, RequestsInFlight requests, IEnumerable<Uri> hostedCaches)
    {
        _context = context;
        _requests = requests;
        HostedCaches = [.. hostedCaches.Distinct().Select(address => new DownloadServer(address, isHostedCache: true))];
        foreach (DownloadServer server in HostedCaches)
        {
            _servers.Add(server.Address, server);
        }
    }

    public IReadOnlyList<DownloadServer> HostedCaches { get; }

    public Dictionary<Uri, DownloadServer>.ValueCollection All => _servers.Values;

    /// <summary>Servers that sent what they should not.</summary>
    public int Excluded => _servers.Values.Count(server => server.IsExcluded);

    /// <summary>Peers that sent a block.</summary>
    public int UsefulPeers { get; private set; }

    /// <summary>A peer with this address takes part, if it may: at most 16 do at once.</summary>
    public DownloadServer? Accept(TimeSpan now, Uri address)
    {
        if (_servers.TryGetValue(address, out DownloadServer? known))
        {
            return known.IsUsable(now) ? known : null;
        }

        int peers = _servers.Values.Count(server => !server.IsHostedCache && server.IsUsable(now));
        if ((peers >= DownloadLimits.Peers && !Displace(now)) || Excluded > MostExcluded)
        {
            return null;
        }

        var server = new DownloadServer(address, isHostedCache: false)
        {
            LastUsed = now,
            Guesses = DownloadLimits.GuessesInRow,
        };
        _servers.Add(address, server);
        return server;
    }

    /// <summary>Takes back that servers are left alone: nobody else is left to ask.</summary>
    public void ReturnAll()
    {
        foreach (DownloadServer server in _servers.Values)
        {
            server.Return();
        }
    }

    /// <summary>Time has passed: who seemed to have nothing to do may have.</summary>
    public void LookAgain(TimeSpan now, DownloadServer server)
    {
        server.HasNoWork = false;
        AwaitReturn(now, server);
    }

    /// <summary>A block has come.</summary>
    public void Reward(TimeSpan now, DownloadRequest request)
    {
        DownloadServer server = request.Server!;
        UsefulPeers += server is { IsHostedCache: false, Received: 0 } ? 1 : 0;
        server.Reward(now, request.Started);
    }

    /// <summary>It is too busy.</summary>
    public void BackOff(TimeSpan now, DownloadServer server)
    {
        server.BackOff(now);
        AwaitReturn(now, server);
    }

    /// <summary>It has said which blocks of a segment it has, or, with null, has not.</summary>
    public void SetList(TimeSpan now, DownloadRequest request, BlockSet? available)
    {
        SegmentSession session = request.Session;
        if (session.Find(request.Server!) is not { IsRemoved: false } entry)
        {
            return;
        }

        if (available is { } blocks)
        {
            entry.Server.Answer();
            entry.Available = blocks.Intersect(session.Wanted);
            if (entry.Available.Value.IsEmpty && entry.IsGuess)
            {
                CountWrongGuess(entry.Server);
            }

            return;
        }

        BackOff(now, entry.Server);
        if (++entry.ListFailures >= DownloadLimits.BlockListAttempts)
        {
            RemoveEntry(now, entry, session);
        }

        CountFailure(now, entry.Server, request.Started);
    }

    /// <summary>It does not have a block.</summary>
    public void MarkMissing(TimeSpan now, DownloadRequest request)
    {
        SegmentSession session = request.Session;
        DownloadServer server = request.Server!;
        if (session.Find(server) is not { } entry)
        {
            return;
        }

        BlockSet available = entry.Available ?? session.Wanted;
        available.Remove(request.Block);
        entry.Available = available;
        server.Answer();
        if (entry.IsGuess)
        {
            CountWrongGuess(server);
        }
        else if (available.IsEmpty)
        {
            _context.Lists.Remove(now, session.Segment.Id, server.Address);
        }
    }

    /// <summary>It has not sent a block.</summary>
    public void FailBlock(TimeSpan now, DownloadRequest request)
    {
        DownloadServer server = request.Server!;
        if (request.Session.Find(server) is { } entry)
        {
            RemoveEntry(now, entry, request.Session);
        }

        CountFailure(now, server, request.Started);
    }

    /// <summary>Who sends a block that is none is not asked again in this download (protocols.md, MS-CCROD).</summary>
    public void Blame(TimeSpan now, DownloadRequest request)
    {
        DownloadServer server = request.Server!;
        server.CorruptBlocks++;
        bool isForgiven = server.IsHostedCache
            && (server.CorruptBlocks < CorruptBlocksOfHostedCache
                || server.Received >= server.CorruptBlocks * BlocksPerCorruptOne);
        if (isForgiven)
        {
            FailBlock(now, request);
        }
        else if (!server.IsExcluded)
        {
            server.IsExcluded = true;
            _context.Lists.Remove(server.Address);
            RemoveFromSessions(server);
            _context.Do(new DownloadEffect.Exclude(_context.Download, server.Address));
        }
    }

    // 2.8.2.5.1: the least recently used server makes room, but not one that is at work or has just come: a flood of
    // answers must not drive out who delivers.
    private bool Displace(TimeSpan now)
    {
        DownloadServer? oldest = _servers.Values
            .Where(server => !server.IsHostedCache
                && server.IsUsable(now)
                && server.InFlight == 0
                && now - server.LastUsed >= DownloadLimits.RequestTimeout)
            .MinBy(server => server.LastUsed);
        if (oldest is null)
        {
            return false;
        }

        RemoveFromSessions(oldest);
        return _servers.Remove(oldest.Address);
    }

    // It has some segments, but not the next ones: from now on it is asked for those only that it says it has.
    private void CountWrongGuess(DownloadServer server)
    {
        if (server.IsHostedCache || --server.Guesses > 0)
        {
            return;
        }

        foreach (SegmentSession session in _context.Sessions)
        {
            if (session.Find(server) is { IsGuess: true, Available: null } entry)
            {
                entry.IsRemoved = true;
            }
        }

        _context.IsReviewDue = true;
    }

    private void RemoveEntry(TimeSpan now, ServerEntry entry, SegmentSession session)
    {
        entry.IsRemoved = true;
        _context.Lists.Remove(now, session.Segment.Id, entry.Server.Address);
    }

    private void CountFailure(TimeSpan now, DownloadServer server, TimeSpan requested)
    {
        if (server.Fail(now, requested))
        {
            RemoveFromSessions(server);
            AwaitReturn(now, server);
        }
    }

    private void RemoveFromSessions(DownloadServer server)
    {
        foreach (SegmentSession session in _context.Sessions)
        {
            _requests.Abandon(session, server);
            if (session.Find(server) is { } entry)
            {
                entry.IsRemoved = true;
            }
        }

        _context.IsReviewDue = true;
    }

    private void AwaitReturn(TimeSpan now, DownloadServer server)
    {
        if (server.GetReturn(now) is { } due)
        {
            _context.Timers.Set(new(DownloadTimerKind.Server, server), due);
        }
    }
}

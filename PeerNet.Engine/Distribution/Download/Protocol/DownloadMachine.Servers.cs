using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <content>Servers: who may take part, and what happens to those who fail (MS-CCROD 2.8.2.5.4 to 2.8.2.5.6).</content>
internal sealed partial class DownloadMachine
{
    // Servers are remembered while they are excluded; whoever has so many addresses is an attacker.
    private const int MostExcluded = 4096;

    // A hosted cache that knows no secrets cannot check what others offered to it; a few bad blocks are not its fault.
    private const int CorruptBlocksOfHostedCache = 3;
    private const int BlocksPerCorruptOne = 16;

    /// <summary>A peer with this address takes part, if it may: at most 16 do at once.</summary>
    private DownloadServer? Accept(Uri address, TimeSpan now)
    {
        if (_servers.TryGetValue(address, out DownloadServer? known))
        {
            return known.IsUsable(now) ? known : null;
        }

        int peers = _servers.Values.Count(server => !server.IsHostedCache && server.IsUsable(now));
        if ((peers >= _options.MaximumPeers && !Displace(now)) || ExcludedServers > MostExcluded)
        {
            return null;
        }

        var server = new DownloadServer(address, isHostedCache: false)
        {
            LastUsed = now,
            Guesses = _options.GuessesInRow,
        };
        _servers.Add(address, server);
        return server;
    }

    // 2.8.2.5.1: the least recently used server makes room, but not one that is at work or has just come: a flood of
    // answers must not drive out who delivers.
    private bool Displace(TimeSpan now)
    {
        DownloadServer? oldest = _servers.Values
            .Where(server => !server.IsHostedCache
                && server.IsUsable(now)
                && server.InFlight == 0
                && now - server.LastUsed >= _options.RequestTimeout)
            .MinBy(server => server.LastUsed);
        if (oldest is null)
        {
            return false;
        }

        RemoveFromSessions(oldest);
        return _servers.Remove(oldest.Address);
    }

    private void Reward(DownloadServer server, TimeSpan requested, TimeSpan now)
    {
        UsefulPeers += server is { IsHostedCache: false, Received: 0 } ? 1 : 0;
        server.Reward(_options, requested, now);
    }

    private void SetList(
        ServerEntry entry, SegmentSession session, BlockSet? available, TimeSpan requested, TimeSpan now)
    {
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

        entry.Server.BackOff(_options, now);
        if (++entry.ListFailures >= _options.BlockListAttempts)
        {
            RemoveEntry(entry, session, now);
        }

        CountFailure(entry.Server, requested, now);
    }

    private void MarkMissing(DownloadServer server, SegmentSession session, int block, TimeSpan now)
    {
        if (session.Find(server) is not { } entry)
        {
            return;
        }

        BlockSet available = entry.Available ?? session.Wanted;
        available.Remove(block);
        entry.Available = available;
        server.Answer();
        if (entry.IsGuess)
        {
            CountWrongGuess(server);
        }
        else if (available.IsEmpty)
        {
            _lists.Remove(session.Segment.Id, server.Address, now);
        }
    }

    // It has some segments, but not the next ones: from now on it is asked for those only that it says it has.
    private void CountWrongGuess(DownloadServer server)
    {
        if (server.IsHostedCache || --server.Guesses > 0)
        {
            return;
        }

        foreach (SegmentSession session in _sessions)
        {
            if (session.Find(server) is { IsGuess: true, Available: null } entry)
            {
                entry.IsRemoved = true;
            }
        }

        ReviewAll();
    }

    private void FailBlock(DownloadRequest request, TimeSpan now)
    {
        DownloadServer server = request.Server!;
        if (request.Session.Find(server) is { } entry)
        {
            RemoveEntry(entry, request.Session, now);
        }

        CountFailure(server, request.Started, now);
    }

    private void RemoveEntry(ServerEntry entry, SegmentSession session, TimeSpan now)
    {
        entry.IsRemoved = true;
        _lists.Remove(session.Segment.Id, entry.Server.Address, now);
    }

    private void CountFailure(DownloadServer server, TimeSpan requested, TimeSpan now)
    {
        if (server.Fail(_options, requested, now))
        {
            RemoveFromSessions(server);
            ReviewAll();
        }
    }

    // Who sends a block that is none is not asked again in this download (protocols.md, MS-CCROD).
    private void Blame(DownloadRequest request, TimeSpan now)
    {
        DownloadServer server = request.Server!;
        server.CorruptBlocks++;
        bool isForgiven = server.IsHostedCache
            && (server.CorruptBlocks < CorruptBlocksOfHostedCache
                || server.Received >= server.CorruptBlocks * BlocksPerCorruptOne);
        if (isForgiven)
        {
            FailBlock(request, now);
            return;
        }

        server.IsExcluded = true;
        _lists.Remove(server.Address);
        RemoveFromSessions(server);
        ReviewAll();
    }

    private void RemoveFromSessions(DownloadServer server)
    {
        foreach (SegmentSession session in _sessions)
        {
            foreach (DownloadRequest request in session.Requests.ToArray())
            {
                if (request.Server == server && !request.IsClaimed)
                {
                    Abandon(request);
                }
            }

            if (session.Find(server) is { } entry)
            {
                entry.IsRemoved = true;
            }
        }
    }

    private void ReviewAll() => _isReviewDue = true;
}

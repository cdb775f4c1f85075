using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// The Server Information Lists of all downloads of a node (MS-CCROD 2.8.1.2.2): who has which segment, and of which
/// segments it is known that nobody has them; and the Discovery Frequency Counter. Times are monotonic.
/// An empty list means that nobody has the segment, and only a probe that found nobody makes one. A list that has lost its
/// last server, to its timer or to a failure, is no list: the segment is looked for anew. (2.8.1.2.2 would have it start the
/// Server List Timer, and the peers that are still there be passed over.)
/// </summary>
internal sealed class ServerInformationLists(DownloadOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SegmentId, LinkedListNode<ServerList>> _lists = [];
    private readonly LinkedList<ServerList> _byUse = [];
    private readonly Queue<TimeSpan> _fruitless = [];

    /// <summary>Looks up the servers of a segment.</summary>
    public ServerListState Find(SegmentId id, TimeSpan now, out Uri[] servers)
    {
        lock (_lock)
        {
            ServerList? list = Get(id, now);
            servers = list is null ? [] : [.. list.Entries.Select(entry => entry.Server)];
            return list is null ? ServerListState.Absent
                : servers.Length == 0 ? ServerListState.Empty
                : ServerListState.Populated;
        }
    }

    /// <summary>Notes that a probe for a segment has found nobody, unless somebody else has.</summary>
    public void NoteNobody(SegmentId id, TimeSpan now)
    {
        lock (_lock)
        {
            GetOrAdd(id, now);
        }
    }

    /// <summary>Notes that a server says it has a segment. In a full list it takes the least recently used one's place.</summary>
    public void Add(SegmentId id, Uri server, TimeSpan now)
    {
        lock (_lock)
        {
            List<ServerRecord> entries = GetOrAdd(id, now).Entries;
            entries.RemoveAll(entry => entry.Server.Equals(server));
            if (entries.Count >= options.MaximumPeers)
            {
                entries.RemoveAt(0);
            }

            entries.Add(new(server, now + options.ServerEntryTime));
        }
    }

    /// <summary>Removes a server from the list of one segment.</summary>
    public void Remove(SegmentId id, Uri server, TimeSpan now)
    {
        lock (_lock)
        {
            if (Get(id, now) is { } list)
            {
                Remove(list, server);
            }
        }
    }

    /// <summary>Removes a server from all lists.</summary>
    public void Remove(Uri server)
    {
        lock (_lock)
        {
            foreach (ServerList list in _byUse.ToArray())
            {
                Remove(list, server);
            }
        }
    }

    /// <summary>Deletes the list of a segment if it is empty, so that servers are looked for anew.</summary>
    public void ForgetEmpty(SegmentId id, TimeSpan now)
    {
        lock (_lock)
        {
            if (Get(id, now) is { Entries.Count: 0 })
            {
                Delete(id);
            }
        }
    }

    /// <summary>Whether the Discovery Frequency Counter is below its threshold.</summary>
    public bool MayProbe(TimeSpan now)
    {
        lock (_lock)
        {
            while (_fruitless.TryPeek(out TimeSpan oldest) && now - oldest >= options.DiscoveryPeriod)
            {
                _fruitless.Dequeue();
            }

            return _fruitless.Count < options.DiscoveryThreshold;
        }
    }

    /// <summary>Counts a probe that found nobody.</summary>
    public void CountFruitlessProbe(TimeSpan now)
    {
        lock (_lock)
        {
            _fruitless.Enqueue(now);
        }
    }

    private ServerList GetOrAdd(SegmentId id, TimeSpan now)
    {
        if (Get(id, now) is { } known)
        {
            return known;
        }

        if (_lists.Count >= options.MaximumServerLists)
        {
            Delete(_byUse.First!.Value.Id);
        }

        var list = new ServerList(id, now);
        _lists.Add(id, _byUse.AddLast(list));
        return list;
    }

    private ServerList? Get(SegmentId id, TimeSpan now)
    {
        if (!_lists.TryGetValue(id, out LinkedListNode<ServerList>? node))
        {
            return null;
        }

        if (IsOver(node.Value, now))
        {
            Delete(id);
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value;
    }

    // The Server List Timer of a list that was empty from the start, and the Server Entry Timers of others.
    private bool IsOver(ServerList list, TimeSpan now)
    {
        if (list.Entries.Count == 0)
        {
            return now - list.Created >= options.ServerListTime;
        }

        list.Entries.RemoveAll(entry => entry.Expires <= now);
        return list.Entries.Count == 0;
    }

    private void Remove(ServerList list, Uri server)
    {
        if (list.Entries.RemoveAll(entry => entry.Server.Equals(server)) > 0 && list.Entries.Count == 0)
        {
            Delete(list.Id);
        }
    }

    private void Delete(SegmentId id)
    {
        if (_lists.Remove(id, out LinkedListNode<ServerList>? node))
        {
            _byUse.Remove(node);
        }
    }

    private readonly record struct ServerRecord(Uri Server, TimeSpan Expires);

    private sealed record ServerList(SegmentId Id, TimeSpan Created)
    {
        public List<ServerRecord> Entries { get; } = [];
    }
}

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// The Server Information Lists of all downloads of a node (MS-CCROD 2.8.1.2.2): who has which segment, and of which
/// segments it is known that nobody has them; and the Discovery Frequency Counter. Times are monotonic.
/// </summary>
internal sealed class ServerInformationLists(DownloadOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SegmentId, LinkedListNode<ServerList>> _lists = [];
    private readonly LinkedList<ServerList> _byUse = [];
    private readonly Queue<TimeSpan> _fruitless = [];

    /// <summary>How many lists there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lists.Count;
            }
        }
    }

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

    /// <summary>Begins an empty list, unless there is one.</summary>
    public void Create(SegmentId id, TimeSpan now)
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
            Get(id, now)?.Remove(server, now);
        }
    }

    /// <summary>Removes a server from all lists.</summary>
    public void Remove(Uri server, TimeSpan now)
    {
        lock (_lock)
        {
            foreach (ServerList list in _byUse)
            {
                list.Remove(server, now);
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

        node.Value.Expire(now);
        if (node.Value.Entries.Count == 0 && now - node.Value.EmptySince >= options.ServerListTime)
        {
            Delete(id);
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value;
    }

    private void Delete(SegmentId id)
    {
        if (_lists.Remove(id, out LinkedListNode<ServerList>? node))
        {
            _byUse.Remove(node);
        }
    }

    private readonly record struct ServerRecord(Uri Server, TimeSpan Expires);

    private sealed class ServerList(SegmentId id, TimeSpan created)
    {
        public SegmentId Id => id;

        public List<ServerRecord> Entries { get; } = [];

        /// <summary>When the Server List Timer was last started.</summary>
        public TimeSpan EmptySince { get; private set; } = created;

        public void Remove(Uri server, TimeSpan now)
        {
            if (Entries.RemoveAll(entry => entry.Server.Equals(server)) > 0)
            {
                EmptySince = now;
            }
        }

        // Entries are in the order of their expiry: each addition goes to the end.
        public void Expire(TimeSpan now)
        {
            int expired = 0;
            while (expired < Entries.Count && Entries[expired].Expires <= now)
            {
                EmptySince = Entries[expired++].Expires;
            }

            Entries.RemoveRange(0, expired);
        }
    }
}

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// The Server Information Lists of all downloads of a node (MS-CCROD 2.8.1.2.2): who has which segment, and of which
/// segments it is known that nobody has them; and the Discovery Frequency Counter. Times are monotonic.
/// An empty list means that nobody has the segment, and only a probe that found nobody makes one. A list that has lost its
/// last server, to its timer or to a failure, is no list: the segment is looked for anew. (2.8.1.2.2 would have it start the
/// Server List Timer, and the peers that are still there be passed over.)
/// </summary>
internal sealed class ServerInformationLists
{
    private readonly Dictionary<SegmentId, LinkedListNode<ServerList>> _lists = [];
    private readonly LinkedList<ServerList> _byUse = [];
    private readonly Queue<TimeSpan> _fruitless = [];

    /// <summary>Looks up the servers of a segment.</summary>
    public ServerListState Find(TimeSpan now, SegmentId id, out Uri[] servers)
    {
        ServerList? list = Get(now, id);
        servers = list is null ? [] : [.. list.Entries.Select(entry => entry.Server)];
        return list is null ? ServerListState.Absent
            : servers.Length == 0 ? ServerListState.Empty
            : ServerListState.Populated;
    }

    /// <summary>Notes that a probe for a segment has found nobody, unless somebody else has.</summary>
    public void NoteNobody(TimeSpan now, SegmentId id) => GetOrAdd(now, id);

    /// <summary>Notes that a server says it has a segment. In a full list it takes the least recently used one's place.</summary>
    public void Add(TimeSpan now, SegmentId id, Uri server)
    {
        List<ServerRecord> entries = GetOrAdd(now, id).Entries;
        entries.RemoveAll(entry => entry.Server.Equals(server));
        if (entries.Count >= DownloadLimits.Peers)
        {
            entries.RemoveAt(0);
        }

        entries.Add(new(server, now + DownloadLimits.ServerEntryTime));
    }

    /// <summary>Removes a server from the list of one segment.</summary>
    public void Remove(TimeSpan now, SegmentId id, Uri server)
    {
        if (Get(now, id) is { } list)
        {
            Remove(list, server);
        }
    }

    /// <summary>Removes a server from all lists.</summary>
    public void Remove(Uri server)
    {
        foreach (ServerList list in _byUse.ToArray())
        {
            Remove(list, server);
        }
    }

    /// <summary>Deletes the list of a segment if it is empty, so that servers are looked for anew.</summary>
    public void ForgetEmpty(TimeSpan now, SegmentId id)
    {
        if (Get(now, id) is { Entries.Count: 0 })
        {
            Delete(id);
        }
    }

    /// <summary>Whether the Discovery Frequency Counter is below its threshold.</summary>
    public bool MayProbe(TimeSpan now)
    {
        while (_fruitless.TryPeek(out TimeSpan oldest) && now - oldest >= DownloadLimits.DiscoveryPeriod)
        {
            _fruitless.Dequeue();
        }

        return _fruitless.Count < DownloadLimits.DiscoveryThreshold;
    }

    /// <summary>Counts a probe that found nobody.</summary>
    public void CountFruitlessProbe(TimeSpan now) => _fruitless.Enqueue(now);

    private ServerList GetOrAdd(TimeSpan now, SegmentId id)
    {
        if (Get(now, id) is { } known)
        {
            return known;
        }

        if (_lists.Count >= DownloadLimits.ServerLists)
        {
            Delete(_byUse.First!.Value.Id);
        }

        var list = new ServerList(id, now);
        _lists.Add(id, _byUse.AddLast(list));
        return list;
    }

    private ServerList? Get(TimeSpan now, SegmentId id)
    {
        if (!_lists.TryGetValue(id, out LinkedListNode<ServerList>? node))
        {
            return null;
        }

        if (IsOver(now, node.Value))
        {
            Delete(id);
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value;
    }

    // The Server List Timer of a list that was empty from the start, and the Server Entry Timers of others.
    private static bool IsOver(TimeSpan now, ServerList list)
    {
        if (list.Entries.Count == 0)
        {
            return now - list.Created >= DownloadLimits.ServerListTime;
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

/// <summary>What is known of the servers of a segment.</summary>
internal enum ServerListState
{
    /// <summary>Nothing: there is no list.</summary>
    Absent,

    /// <summary>That there are none: a probe has found nobody.</summary>
    Empty,

    /// <summary>Some.</summary>
    Populated,
}

using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The records that this node renews (MS-PPGRH 3.1.7.22). The flag is local: there is none on the wire.</summary>
internal sealed class AutoRefreshList
{
    private readonly Dictionary<Guid, PeerTime> _expirations = [];
    private readonly PriorityQueue<Guid, PeerTime> _queue = new();

    public int Count => _expirations.Count;

    /// <summary>When the next of them expires; null for none.</summary>
    public PeerTime? Next
    {
        get
        {
            DropStale();
            return _queue.TryPeek(out _, out PeerTime expires) ? expires : null;
        }
    }

    public bool Contains(Guid id) => _expirations.ContainsKey(id);

    public void Add(GraphRecord record)
    {
        _expirations[record.Id] = record.Expires;
        _queue.Enqueue(record.Id, record.Expires);
    }

    public void Remove(Guid id) => _expirations.Remove(id);

    /// <summary>Takes one that expires by a moment off the list; null for none.</summary>
    public Guid? TakeExpiring(PeerTime by)
    {
        if (Next is not { } next || next > by)
        {
            return null;
        }

        Guid id = _queue.Dequeue();
        _expirations.Remove(id);
        return id;
    }

    // Renewed and forgotten records leave their old entry in the queue.
    private void DropStale()
    {
        while (_queue.TryPeek(out Guid id, out PeerTime expires)
            && !(_expirations.TryGetValue(id, out PeerTime current) && current == expires))
        {
            _queue.Dequeue();
        }
    }
}

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The Presence List or the Contact List (MS-PPGRH 3.1.1), by record, by node and by position.</summary>
internal sealed class NodeTable(int capacity)
{
    private readonly Dictionary<Guid, int> _positions = [];
    private readonly Dictionary<ulong, Guid> _records = [];
    private readonly List<KnownNode> _nodes = [];

    public int Count => _nodes.Count;

    public KnownNode this[int index] => _nodes[index];

    public KnownNode? Find(Guid recordId) => _positions.TryGetValue(recordId, out int position) ? _nodes[position] : null;

    public KnownNode? FindNode(ulong nodeId) => _records.TryGetValue(nodeId, out Guid recordId) ? Find(recordId) : null;

    /// <summary>Adds a node, or puts it in the place of the one with the same record. A full table takes no more.</summary>
    /// <returns>What was there before; null for nothing.</returns>
    public KnownNode? Set(KnownNode node)
    {
        if (_positions.TryGetValue(node.RecordId, out int position))
        {
            KnownNode before = _nodes[position];
            Forget(before);
            _nodes[position] = node;
            _records[node.NodeId] = node.RecordId;
            return before;
        }

        if (_nodes.Count < capacity)
        {
            _positions.Add(node.RecordId, _nodes.Count);
            _nodes.Add(node);
            _records[node.NodeId] = node.RecordId;
        }

        return null;
    }

    /// <returns>What was there; null for nothing.</returns>
    public KnownNode? Remove(Guid recordId)
    {
        if (!_positions.Remove(recordId, out int position))
        {
            return null;
        }

        KnownNode removed = _nodes[position];
        KnownNode last = _nodes[^1];
        _nodes.RemoveAt(_nodes.Count - 1);
        if (position < _nodes.Count)
        {
            _nodes[position] = last;
            _positions[last.RecordId] = position;
        }

        Forget(removed);
        return removed;
    }

    /// <returns>What was there.</returns>
    public IReadOnlyList<KnownNode> Clear()
    {
        KnownNode[] before = [.. _nodes];
        _positions.Clear();
        _records.Clear();
        _nodes.Clear();
        return before;
    }

    private void Forget(KnownNode node)
    {
        if (_records.TryGetValue(node.NodeId, out Guid recordId) && recordId == node.RecordId)
        {
            _records.Remove(node.NodeId);
        }
    }
}

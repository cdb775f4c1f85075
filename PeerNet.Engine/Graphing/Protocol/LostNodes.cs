using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// Nodes whose presence or contact record has expired, which nobody withdrew: they have crashed, or the graph is split and
/// they live on in another part of it. The oldest make room, and after an hour nobody waits for them any more.
/// </summary>
internal sealed class LostNodes
{
    private const int Capacity = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public void Add(KnownNode node, TimeSpan now) => Add(node.NodeId, node.PeerId, node.Endpoints, now);

    public void Add(ulong nodeId, string peerId, IReadOnlyList<GraphEndpoint> endpoints, TimeSpan now)
    {
        if (endpoints.Count == 0)
        {
            return;
        }

        Remove(nodeId);
        if (_entries.Count == Capacity)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(new(nodeId, peerId.Length > 0 ? peerId : null, endpoints, now));
    }

    /// <summary>A node is there again.</summary>
    public void Remove(ulong nodeId) => _entries.RemoveAll(entry => entry.NodeId == nodeId);

    /// <summary>Somebody has answered where one of them was.</summary>
    public void Remove(GraphEndpoint endpoint) => _entries.RemoveAll(entry => entry.Endpoints.Contains(endpoint));

    /// <summary>Where one of them was, at random; of its endpoints the first that is wanted.</summary>
    public bool TryPick(
        IRandomSource random, TimeSpan now, Func<GraphEndpoint, bool> isWanted, out DialTarget target)
    {
        _entries.RemoveAll(entry => now - entry.Lost > Patience);
        int start = _entries.Count == 0 ? 0 : random.Next(_entries.Count);
        for (int i = 0; i < _entries.Count; i++)
        {
            Entry entry = _entries[(start + i) % _entries.Count];
            foreach (GraphEndpoint candidate in entry.Endpoints)
            {
                if (isWanted(candidate))
                {
                    target = new(candidate, entry.PeerId);
                    return true;
                }
            }
        }

        target = default;
        return false;
    }

    private readonly record struct Entry(ulong NodeId, string? PeerId, IReadOnlyList<GraphEndpoint> Endpoints, TimeSpan Lost);
}

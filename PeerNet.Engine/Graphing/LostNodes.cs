using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing;

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

    public void Add(KnownNode node, TimeSpan now)
    {
        if (node.Endpoints.Count == 0)
        {
            return;
        }

        Remove(node.NodeId);
        if (_entries.Count == Capacity)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(new(node.NodeId, node.Endpoints, now));
    }

    /// <summary>A node is there again.</summary>
    public void Remove(ulong nodeId) => _entries.RemoveAll(entry => entry.NodeId == nodeId);

    /// <summary>Where one of them was, at random; of its endpoints the first that is wanted.</summary>
    public bool TryPick(
        IRandomSource random, TimeSpan now, Func<GraphEndpoint, bool> isWanted, out GraphEndpoint endpoint)
    {
        _entries.RemoveAll(entry => now - entry.Lost > Patience);
        int start = _entries.Count == 0 ? 0 : random.Next(_entries.Count);
        for (int i = 0; i < _entries.Count; i++)
        {
            foreach (GraphEndpoint candidate in _entries[(start + i) % _entries.Count].Endpoints)
            {
                if (isWanted(candidate))
                {
                    endpoint = candidate;
                    return true;
                }
            }
        }

        endpoint = default;
        return false;
    }

    private readonly record struct Entry(ulong NodeId, IReadOnlyList<GraphEndpoint> Endpoints, TimeSpan Lost);
}

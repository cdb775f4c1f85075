namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Endpoints of nodes that have refused as busy: they are left in peace for a while. The oldest make room.</summary>
internal sealed class BusyNodes
{
    /// <summary>How long they are.</summary>
    public static readonly TimeSpan Peace = TimeSpan.FromSeconds(10);

    private const int Capacity = 256;

    private readonly List<(GraphEndpoint Endpoint, TimeSpan Until)> _entries = [];

    public void Add(GraphEndpoint endpoint, TimeSpan now)
    {
        _entries.RemoveAll(entry => entry.Endpoint == endpoint || entry.Until <= now);
        if (_entries.Count == Capacity)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add((endpoint, now + Peace));
    }

    public bool Contains(GraphEndpoint endpoint, TimeSpan now) =>
        _entries.Exists(entry => entry.Endpoint == endpoint && entry.Until > now);

    public bool Any(TimeSpan now) => _entries.Exists(entry => entry.Until > now);
}

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// The FLOOD messages that were passed on lately. Most records that a node receives are copies of these, which are
/// recognized here by their bytes: neither decoded nor looked up. The oldest make room.
/// </summary>
internal sealed class RecentFloods(int maximumCount, long maximumBytes)
{
    private readonly Dictionary<Guid, ReadOnlyMemory<byte>> _messages = [];
    private readonly Queue<Guid> _order = new();
    private long _bytes;

    /// <summary>The latest message with a record; empty for none.</summary>
    public ReadOnlyMemory<byte> Find(Guid recordId) => _messages.GetValueOrDefault(recordId);

    public void Add(Guid recordId, ReadOnlyMemory<byte> message)
    {
        if (message.Length > maximumBytes / 4)
        {
            Remove(recordId);
            return;
        }

        if (_messages.TryGetValue(recordId, out ReadOnlyMemory<byte> before))
        {
            _bytes -= before.Length;
        }
        else
        {
            _order.Enqueue(recordId);
        }

        _messages[recordId] = message;
        _bytes += message.Length;
        while (_messages.Count > maximumCount || _bytes > maximumBytes || _order.Count > 2L * Math.Max(maximumCount, 1))
        {
            Remove(_order.Dequeue());
        }
    }

    public void Clear()
    {
        _messages.Clear();
        _order.Clear();
        _bytes = 0;
    }

    public void Remove(Guid recordId)
    {
        if (_messages.Remove(recordId, out ReadOnlyMemory<byte> message))
        {
            _bytes -= message.Length;
        }
    }
}

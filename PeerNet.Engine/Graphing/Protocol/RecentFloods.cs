namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// The FLOOD messages that were passed on lately. Most records that a node receives are copies of these, which are
/// recognized here by their bytes: neither decoded nor looked up. The oldest make room.
/// </summary>
internal sealed class RecentFloods(int maximumCount, long maximumBytes)
{
    private readonly Dictionary<Guid, (ReadOnlyMemory<byte> Message, TimeSpan Added)> _messages = [];
    private readonly Queue<Guid> _order = new();
    private long _bytes;

    /// <summary>The latest message with a record, and when it was passed on; empty for none.</summary>
    public (ReadOnlyMemory<byte> Message, TimeSpan Added) Find(Guid recordId) => _messages.GetValueOrDefault(recordId);

    public void Add(Guid recordId, ReadOnlyMemory<byte> message, TimeSpan now)
    {
        if (message.Length > maximumBytes / 4)
        {
            Remove(recordId);
            return;
        }

        if (_messages.TryGetValue(recordId, out (ReadOnlyMemory<byte> Message, TimeSpan Added) before))
        {
            _bytes -= before.Message.Length;
        }
        else
        {
            _order.Enqueue(recordId);
        }

        _messages[recordId] = (message, now);
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
        if (_messages.Remove(recordId, out (ReadOnlyMemory<byte> Message, TimeSpan Added) gone))
        {
            _bytes -= gone.Message.Length;
        }
    }
}

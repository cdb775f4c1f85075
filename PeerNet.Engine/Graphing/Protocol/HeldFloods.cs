namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>FLOODs that wait a moment for a neighbor, which may send the same records meanwhile: then they need not be sent.
/// Owns what waits for one neighbor.</summary>
internal sealed class HeldFloods
{
    private const int DelayWeight = 32;

    private readonly Dictionary<Guid, ReadOnlyMemory<byte>> _messages = [];
    private readonly Queue<(TimeSpan Due, Guid Id)> _order = new();
    private long _bytes;

    // How long after this node the neighbor has passed on the same records, the later ones of them.
    private TimeSpan _delay;

    /// <summary>How long is worth waiting for it.</summary>
    public TimeSpan Patience => TimeSpan.FromTicks(
        Math.Clamp((_delay * 1.5).Ticks, GraphOptions.LeastHold.Ticks, GraphOptions.MostHold.Ticks));

    /// <summary>The neighbor has sent a record that it need not be sent.</summary>
    /// <param name="recordId">The record.</param>
    /// <param name="delay">How long after this node passed it on.</param>
    public void Came(Guid recordId, TimeSpan delay)
    {
        _delay = delay > _delay ? delay : ((_delay * (DelayWeight - 1)) + delay) / DelayWeight;
        Remove(recordId);
    }

    /// <summary>It has had a record from nobody else: waiting was for nothing, or would have been.</summary>
    public void WasWanted() => _delay = _delay * (DelayWeight - 1) / DelayWeight;

    /// <summary>When the next one is to be sent.</summary>
    public TimeSpan Due => _order.TryPeek(out (TimeSpan Due, Guid Id) first) ? first.Due : TimeSpan.MaxValue;

    /// <summary>Has a message wait, in the place of an earlier one with the same record.</summary>
    /// <returns>False where too much waits already.</returns>
    public bool TryAdd(Guid recordId, ReadOnlyMemory<byte> message, TimeSpan due)
    {
        Remove(recordId);
        if (_bytes + message.Length > GraphOptions.MaximumHeldBytes)
        {
            return false;
        }

        _messages.Add(recordId, message);
        _order.Enqueue((due, recordId));
        _bytes += message.Length;
        return true;
    }

    /// <summary>The neighbor has a record, as new as this one or newer.</summary>
    public void Remove(Guid recordId)
    {
        if (_messages.Remove(recordId, out ReadOnlyMemory<byte> message))
        {
            _bytes -= message.Length;
            while (_order.TryPeek(out (TimeSpan Due, Guid Id) first) && !_messages.ContainsKey(first.Id))
            {
                _order.Dequeue();
            }
        }
    }

    /// <summary>Takes the next one that is due.</summary>
    public bool TryTake(TimeSpan now, out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (_order.Count == 0 || Due > now)
        {
            return false;
        }

        Guid id = _order.Peek().Id;
        message = _messages[id];
        Remove(id);
        return true;
    }
}

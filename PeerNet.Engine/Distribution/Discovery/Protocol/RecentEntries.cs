using System.Diagnostics.CodeAnalysis;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>Remembers what came last, for some time and up to some number.</summary>
internal sealed class RecentEntries<TKey, TValue>(int capacity, TimeSpan lifetime)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly LinkedList<TKey> _order = [];

    /// <summary>How many are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>Remembers an entry, in place of an earlier one and, at the limit, of the oldest.</summary>
    public void Set(TKey key, TValue value, TimeSpan now)
    {
        Remove(key);
        Forget(now, capacity - 1);
        _entries[key] = new(value, now, _order.AddLast(key));
    }

    public bool TryGet(TKey key, TimeSpan now, [MaybeNullWhen(false)] out TValue value)
    {
        Forget(now, capacity);
        bool isKnown = _entries.TryGetValue(key, out Entry entry);
        value = entry.Value;
        return isKnown;
    }

    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out Entry entry))
        {
            _order.Remove(entry.Place);
        }
    }

    private void Forget(TimeSpan now, int keep)
    {
        while (_order.First is { } oldest
            && (_entries.Count > keep || now - _entries[oldest.Value].Since >= lifetime))
        {
            Remove(oldest.Value);
        }
    }

    private readonly record struct Entry(TValue Value, TimeSpan Since, LinkedListNode<TKey> Place);
}

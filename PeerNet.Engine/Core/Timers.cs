namespace PeerNet.Engine.Core;

/// <summary>All timers of a machine: each key is due once, at the time that was set last. Not for several threads at once.</summary>
/// <typeparam name="TKey">What a timer is for.</typeparam>
internal sealed class Timers<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TimeSpan> _due = [];
    private readonly PriorityQueue<TKey, TimeSpan> _queue = new();

    /// <summary>When the next one is due; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDue
    {
        get
        {
            DropStale();
            return _queue.TryPeek(out _, out TimeSpan due) ? due : TimeSpan.MaxValue;
        }
    }

    /// <summary>Has <paramref name="key"/> come due at <paramref name="due"/>, and no more at the time it had.</summary>
    public void Set(TKey key, TimeSpan due)
    {
        if (_due.TryGetValue(key, out TimeSpan former) && former == due)
        {
            return;
        }

        _due[key] = due;
        _queue.Enqueue(key, due);
        if (_queue.Count > 64 && _queue.Count > 4 * _due.Count)
        {
            Rebuild();
        }
    }

    /// <summary>When <paramref name="key"/> is due; null where it is not.</summary>
    public TimeSpan? Get(TKey key) => _due.TryGetValue(key, out TimeSpan due) ? due : null;

    /// <summary>Has <paramref name="key"/> not come due.</summary>
    public void Cancel(TKey key) => _due.Remove(key);

    /// <summary>Takes one that is due, the longest first.</summary>
    public bool TryTake(TimeSpan now, out TKey key)
    {
        DropStale();
        if (!_queue.TryPeek(out TKey? next, out TimeSpan due) || due > now)
        {
            key = default!;
            return false;
        }

        _queue.Dequeue();
        _due.Remove(next);
        key = next;
        return true;
    }

    private void DropStale()
    {
        while (_queue.TryPeek(out TKey? key, out TimeSpan due) && !(_due.TryGetValue(key, out TimeSpan current) && current == due))
        {
            _queue.Dequeue();
        }
    }

    private void Rebuild()
    {
        _queue.Clear();
        foreach ((TKey key, TimeSpan due) in _due)
        {
            _queue.Enqueue(key, due);
        }
    }
}

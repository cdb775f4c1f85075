namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Descriptions of segments in memory: those that the index does not have yet, and the last few that were needed. The
/// store's gate guards it.
/// </summary>
internal sealed class SegmentDescriptionCache
{
    private const int MaximumWeight = 4 * 1024 * 1024;

    private readonly Dictionary<long, SegmentDescription> _pending = [];
    private readonly Dictionary<long, SegmentDescription> _kept = [];
    private readonly Queue<long> _order = new();
    private int _weight;

    public SegmentDescription? Find(long row) => _pending.GetValueOrDefault(row) ?? _kept.GetValueOrDefault(row);

    /// <summary>The description of a row that the index is still to be told of, if there is one.</summary>
    public SegmentDescription? FindPending(long row) => _pending.GetValueOrDefault(row);

    /// <summary>Keeps a description that the index has; the one that is there already is the newer.</summary>
    public SegmentDescription Keep(long row, SegmentDescription description)
    {
        if (Find(row) is { } known)
        {
            return known;
        }

        _kept.Add(row, description);
        _order.Enqueue(row);
        _weight += description.Weight;
        while (_weight > MaximumWeight && _order.TryDequeue(out long oldest))
        {
            Drop(oldest);
        }

        return description;
    }

    /// <summary>Keeps a description until the index has it.</summary>
    public void Await(long row, SegmentDescription description)
    {
        Drop(row);
        _pending[row] = description;
    }

    /// <summary>The index has it.</summary>
    public void Confirm(long row)
    {
        if (_pending.Remove(row, out SegmentDescription? description))
        {
            Keep(row, description);
        }
    }

    public void Remove(long row)
    {
        _pending.Remove(row);
        Drop(row);
    }

    private void Drop(long row)
    {
        if (_kept.Remove(row, out SegmentDescription? description))
        {
            _weight -= description.Weight;
        }
    }
}

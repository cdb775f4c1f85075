using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Descriptions of segments in memory: those that the index does not have yet, and the last few that were needed. The gate of
/// the store's table guards it, and whoever calls a member holds it, unless the member says otherwise.
/// </summary>
/// <param name="index">Has all others.</param>
/// <param name="gate">The gate.</param>
/// <param name="logger">Told where it cannot be read.</param>
internal sealed class SegmentDescriptionCache(CacheIndex index, Lock gate, ILogger logger)
{
    private const int MaximumWeight = 4 * 1024 * 1024;

    private readonly Dictionary<long, SegmentDescription> _pending = [];
    private readonly Dictionary<long, SegmentDescription> _kept = [];
    private readonly Queue<long> _order = new();
    private int _weight;

    /// <summary>What is known of a segment, from the index if need be. Takes the gate, and must not be called with it.</summary>
    /// <returns>Null where the index cannot be read, or has forgotten the segment.</returns>
    public SegmentDescription? Get(CachedSegment segment)
    {
        lock (gate)
        {
            if (Find(segment.Row) is { } known)
            {
                return known;
            }
        }

        SegmentDescription? description = TryRead(segment.Row);
        lock (gate)
        {
            return description is null || segment.IsRemoved ? description : Keep(segment.Row, description);
        }
    }

    /// <summary>The description of a row, where it is in memory.</summary>
    public SegmentDescription? Find(long row) => _pending.GetValueOrDefault(row) ?? _kept.GetValueOrDefault(row);

    /// <summary>The description of a row that the index is still to be told of, if there is one.</summary>
    public SegmentDescription? FindPending(long row) => _pending.GetValueOrDefault(row);

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

    /// <summary>Forgets a row.</summary>
    public void Remove(long row)
    {
        _pending.Remove(row);
        Drop(row);
    }

    // The one that is there already is the newer.
    private SegmentDescription Keep(long row, SegmentDescription description)
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

    private SegmentDescription? TryRead(long row)
    {
        try
        {
            return index.Describe(row);
        }
        catch (PeerException exception)
        {
            CacheLog.StoreFailed(logger, exception.Message);
            return null;
        }
    }

    private void Drop(long row)
    {
        if (_kept.Remove(row, out SegmentDescription? description))
        {
            _weight -= description.Weight;
        }
    }
}

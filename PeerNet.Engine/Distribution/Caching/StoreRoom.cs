namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The room that a store has: the limits of its folders and the age that segments may reach unused. Who needs room gets it at
/// the cost of what was not used for the longest time.
/// </summary>
internal sealed class StoreRoom
{
    private readonly CacheVolumes _volumes;
    private readonly SegmentTable _table;
    private readonly SegmentRemoval _removal;
    private readonly CounterSet<CacheCounter> _counters;

    // The gate guards it.
    private TimeSpan _maxAge;

    public StoreRoom(
        CacheVolumes volumes,
        SegmentTable table,
        SegmentRemoval removal,
        CounterSet<CacheCounter> counters,
        TimeSpan maxAge)
    {
        _volumes = volumes;
        _table = table;
        _removal = removal;
        _counters = counters;
        _maxAge = maxAge;
    }

    /// <summary>Sets the limit of a folder. What is over it goes, the least recently used first.</summary>
    public void SetLimit(short volume, long limit)
    {
        using CacheVolumes.Turn turn = _volumes.Use();
        List<CachedSegment> freed = [];
        lock (_table.Gate)
        {
            if (_volumes.Find(volume) is { } found)
            {
                found.Limit = limit;
                Make(found, 0, null, freed);
            }
        }

        _removal.Free(freed);
    }

    /// <summary>Sets how long unused segments stay.</summary>
    public void SetMaxAge(TimeSpan maxAge)
    {
        lock (_table.Gate)
        {
            _maxAge = maxAge;
        }

        RemoveOld();
    }

    /// <summary>Removes what is too old.</summary>
    public void RemoveOld()
    {
        using CacheVolumes.Turn turn = _volumes.Use();
        if (!turn.IsOpen)
        {
            return;
        }

        List<CachedSegment> freed = [];
        lock (_table.Gate)
        {
            foreach (CachedSegment segment in _volumes.All.SelectMany(volume => ListOld(volume, _maxAge)))
            {
                Evict(segment, freed);
            }
        }

        _removal.Free(freed);
    }

    /// <summary>Removes what is over the limits.</summary>
    public void RemoveExcess()
    {
        List<CachedSegment> freed = [];
        lock (_table.Gate)
        {
            Array.ForEach(_volumes.All, volume => Make(volume, 0, null, freed));
        }

        _removal.Free(freed);
    }

    /// <summary>How many bytes another limit of a folder would remove.</summary>
    public long MeasureLoss(short volume, long limit)
    {
        lock (_table.Gate)
        {
            long loss = 0;
            CacheVolume? found = _volumes.Find(volume);
            foreach (CachedSegment segment in (found?.Order.List() ?? []).TakeWhile(_ => found!.Used - loss > limit))
            {
                loss += CacheVolume.GetCost(segment);
            }

            return loss;
        }
    }

    /// <summary>How many bytes another age would remove.</summary>
    public long MeasureLoss(TimeSpan maxAge)
    {
        lock (_table.Gate)
        {
            return _volumes.All.Sum(volume => ListOld(volume, maxAge).Sum(CacheVolume.GetCost));
        }
    }

    /// <summary>The bytes that a folder takes; null where it is not there.</summary>
    public long? GetUsed(short volume)
    {
        lock (_table.Gate)
        {
            return _volumes.Find(volume)?.Used;
        }
    }

    /// <summary>A folder that has room for a new segment, or is given it, with the gate held.</summary>
    /// <param name="cost">Bytes that are written now.</param>
    /// <param name="whole">Bytes that all of the segment takes.</param>
    /// <param name="freed">Takes what has made room.</param>
    public CacheVolume? Choose(long cost, long whole, List<CachedSegment> freed)
    {
        foreach (CacheVolume volume in _volumes.All)
        {
            if (volume.Limit - volume.Used >= whole)
            {
                return volume;
            }
        }

        return _volumes.All
            .Where(volume => volume.Limit >= cost)
            .OrderBy(volume => volume.Order.Oldest?.Stamp ?? uint.MaxValue)
            .FirstOrDefault(volume => Make(volume, cost, null, freed));
    }

    /// <summary>Makes room in a folder, with the gate held. Segments in use stay, and so does the one that needs it.</summary>
    /// <param name="volume">The folder.</param>
    /// <param name="cost">How many bytes.</param>
    /// <param name="except">The segment that needs them.</param>
    /// <param name="freed">Takes what has made room.</param>
    /// <returns>Whether there is room.</returns>
    public bool Make(CacheVolume volume, long cost, CachedSegment? except, List<CachedSegment> freed)
    {
        if (volume.Used <= volume.Limit - cost)
        {
            return true;
        }

        foreach (CachedSegment segment in volume.Order.List())
        {
            if (segment != except && segment.Pins == 0)
            {
                Evict(segment, freed);
                if (volume.Used <= volume.Limit - cost)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private IEnumerable<CachedSegment> ListOld(CacheVolume volume, TimeSpan maxAge)
    {
        uint now = _table.Clock.Now;
        return volume.Order.List().TakeWhile(segment => now - (double)segment.Stamp > maxAge.TotalSeconds);
    }

    private void Evict(CachedSegment segment, List<CachedSegment> freed)
    {
        _counters.Add(CacheCounter.SegmentsEvicted);
        _removal.Detach(segment, freed);
    }
}

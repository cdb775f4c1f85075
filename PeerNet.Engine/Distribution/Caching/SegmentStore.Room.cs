namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    private static readonly TimeSpan AgePeriod = TimeSpan.FromHours(1);

    // The times of use are kept to the minute, so that reading does not make the index busy.
    private const uint UseResolution = 60;

    private long _segmentsEvicted;

    /// <summary>Sets the limit of a folder. What is over it goes, the least recently used first.</summary>
    public void SetLimit(short volume, long limit)
    {
        List<CachedSegment> freed = [];
        _usage.EnterReadLock();
        try
        {
            lock (_gate)
            {
                if (FindVolume(volume) is { } found)
                {
                    found.Limit = limit;
                    MakeRoom(found, 0, null, freed);
                }
            }

            Free(freed);
        }
        finally
        {
            _usage.ExitReadLock();
        }
    }

    /// <summary>Sets how long unused segments stay.</summary>
    public void SetMaxAge(TimeSpan maxAge)
    {
        lock (_gate)
        {
            _maxAge = maxAge;
        }

        RemoveOld();
    }

    /// <summary>How many bytes another limit of a folder would remove.</summary>
    public long MeasureLoss(short volume, long limit)
    {
        lock (_gate)
        {
            long loss = 0;
            CacheVolume? found = FindVolume(volume);
            for (CachedSegment? segment = found?.Order.Oldest;
                segment is not null && found!.Used - loss > limit;
                segment = segment.Newer)
            {
                loss += CacheVolume.GetCost(segment);
            }

            return loss;
        }
    }

    /// <summary>How many bytes another age would remove.</summary>
    public long MeasureLoss(TimeSpan maxAge)
    {
        lock (_gate)
        {
            return _volumes.Sum(volume => Old(volume, maxAge).Sum(CacheVolume.GetCost));
        }
    }

    /// <summary>The bytes that a folder takes; null where it is not there.</summary>
    public long? GetUsed(short volume)
    {
        lock (_gate)
        {
            return FindVolume(volume)?.Used;
        }
    }

    private void RemoveOld()
    {
        List<CachedSegment> freed = [];
        Use(
            () =>
            {
                lock (_gate)
                {
                    foreach (CachedSegment segment in _volumes.SelectMany(volume => Old(volume, _maxAge)).ToList())
                    {
                        Evict(segment, freed);
                    }
                }

                Free(freed);
                return true;
            },
            false);
    }

    // Gate held.
    private IEnumerable<CachedSegment> Old(CacheVolume volume, TimeSpan maxAge)
    {
        uint now = _clock.Now;
        for (CachedSegment? segment = volume.Order.Oldest;
            segment is not null && now - (double)segment.Stamp > maxAge.TotalSeconds;
            segment = segment.Newer)
        {
            yield return segment;
        }
    }

    // Gate held. A folder that has room, or is given it at the cost of what was not used for the longest time.
    private CacheVolume? ChooseVolume(long cost, long whole, List<CachedSegment> freed)
    {
        foreach (CacheVolume volume in _volumes)
        {
            if (volume.Limit - volume.Used >= whole)
            {
                return volume;
            }
        }

        return _volumes
            .Where(volume => volume.Limit >= cost)
            .OrderBy(volume => volume.Order.Oldest?.Stamp ?? uint.MaxValue)
            .FirstOrDefault(volume => MakeRoom(volume, cost, null, freed));
    }

    // Gate held. Segments in use stay, and so does the one that needs the room.
    private bool MakeRoom(CacheVolume volume, long cost, CachedSegment? except, List<CachedSegment> freed)
    {
        CachedSegment? segment = volume.Order.Oldest;
        while (volume.Used > volume.Limit - cost && segment is not null)
        {
            CachedSegment? next = segment.Newer;
            if (segment != except && segment.Pins == 0)
            {
                Evict(segment, freed);
            }

            segment = next;
        }

        return volume.Used <= volume.Limit - cost;
    }

    private void Evict(CachedSegment segment, List<CachedSegment> freed)
    {
        _segmentsEvicted++;
        Detach(segment, freed);
    }

    // Gate held. The segment is gone at once; its storage goes when nobody uses it any more.
    private void Detach(CachedSegment segment, List<CachedSegment> freed)
    {
        CacheVolume volume = FindVolume(segment.Volume)!;
        segment.IsRemoved = true;
        _segments.Remove(segment.Id);
        _descriptions.Remove(segment.Row);
        volume.Order.Remove(segment);
        volume.Used -= CacheVolume.GetCost(segment);
        _deleted.Add(segment.Row);
        ScheduleFlush();
        if (segment.Pins == 0)
        {
            freed.Add(segment);
        }
    }

    // Gate held.
    private void Unpin(CachedSegment segment, List<CachedSegment> freed)
    {
        segment.Pins--;
        if (segment.Pins > 0)
        {
            return;
        }

        if (segment.IsRemoved)
        {
            freed.AddRange(segment.IsLost ? [] : [segment]);
        }
        else if (!segment.HoldsAny)
        {
            Detach(segment, freed);
        }
    }

    // Not under the gate: files are slow. The rows may go later: a row whose file is gone is dropped when the store is
    // opened, and a slot that has another segment by then does not pass the check of its blocks.
    private void Free(List<CachedSegment> freed)
    {
        foreach (CachedSegment segment in freed)
        {
            CacheVolume volume = FindVolume(segment.Volume)!;
            TryErase(() => volume.Erase(segment));
            if (segment.Version == PeerContentVersion.V2)
            {
                lock (_gate)
                {
                    FreeSlot(volume, segment.Slot);
                }
            }
        }
    }

    // Gate held.
    private void FreeSlot(CacheVolume volume, int slot)
    {
        if (volume.Slots.Free(slot))
        {
            TryErase(() => volume.DeleteContainer(slot / SlotMap.PerContainer));
        }
    }

    private void TryErase(Action erase)
    {
        try
        {
            erase();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What stays is removed when the store is opened next.
            CacheLog.EraseFailed(_logger, exception.Message);
        }
    }

    // Gate held.
    private CachedSegment? Touch(CachedSegment segment, CachedSegment? result)
    {
        FindVolume(segment.Volume)!.Order.Touch(segment);
        uint now = _clock.Now;
        if (now - segment.Stamp >= UseResolution)
        {
            segment.Stamp = now;
            segment.LastUsed = _clock.Wall;
            MarkDirty(segment);
        }

        return result;
    }
}

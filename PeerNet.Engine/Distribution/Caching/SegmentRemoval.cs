using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Takes segments out of a store. They are gone from the table at once; their storage is freed when nobody uses it any more,
/// for which whoever does pins them.
/// </summary>
internal sealed class SegmentRemoval(CacheVolumes volumes, SegmentTable table, ILogger logger)
{
    /// <summary>The segment with a block, whose storage stays until <see cref="Unpin(CachedSegment)"/>. Takes the gate.</summary>
    /// <returns>Null where the block cannot be read.</returns>
    public CachedSegment? Pin(SegmentId id, int index, bool touches = true)
    {
        lock (table.Gate)
        {
            if (table.Find(id) is not { } segment || !segment.Holds(index))
            {
                return null;
            }

            segment.Pins++;
            if (touches)
            {
                table.Touch(segment);
            }

            return segment;
        }
    }

    /// <summary>Ends a use of the storage of a segment. Takes the gate.</summary>
    public void Unpin(CachedSegment segment)
    {
        List<CachedSegment> freed = [];
        lock (table.Gate)
        {
            Unpin(segment, freed);
        }

        Free(freed);
    }

    /// <summary>The same with the gate held.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="freed">Takes what is to be given to <see cref="Free"/>.</param>
    public void Unpin(CachedSegment segment, List<CachedSegment> freed)
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

    /// <summary>Removes a segment, with the gate held.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="freed">Takes what is to be given to <see cref="Free"/>.</param>
    public void Detach(CachedSegment segment, List<CachedSegment> freed)
    {
        table.Remove(segment);
        table.Changes.Delete(segment.Row);
        if (segment.Pins == 0)
        {
            freed.Add(segment);
        }
    }

    /// <summary>Frees the storage of segments that have been removed. Takes the gate, and must not be called with it: files
    /// are slow.</summary>
    // The rows may go later: a row whose file is gone is dropped when the store is opened, and a slot that has another
    // segment by then does not pass the check of its blocks.
    public void Free(List<CachedSegment> freed)
    {
        foreach (CachedSegment segment in freed)
        {
            CacheVolume volume = volumes.Find(segment.Volume)!;
            TryErase(() => volume.Erase(segment));
            if (segment.Version == PeerContentVersion.V2)
            {
                lock (table.Gate)
                {
                    FreeSlot(volume, segment.Slot);
                }
            }
        }
    }

    /// <summary>Frees a slot, with the gate held.</summary>
    public void FreeSlot(CacheVolume volume, int slot)
    {
        if (volume.Slots.Free(slot))
        {
            TryErase(() => volume.DeleteContainer(slot / SlotMap.PerContainer));
        }
    }

    /// <summary>Removes some segments. Takes the gate.</summary>
    public void Remove(IReadOnlyList<SegmentId> ids)
    {
        List<CachedSegment> freed = [];
        lock (table.Gate)
        {
            foreach (CachedSegment segment in ids.Select(table.Find).OfType<CachedSegment>())
            {
                Detach(segment, freed);
            }
        }

        Free(freed);
    }

    /// <summary>Removes all segments of a folder. Takes the gate.</summary>
    public void Empty(CacheVolume volume)
    {
        List<CachedSegment> freed = [];
        lock (table.Gate)
        {
            foreach (CachedSegment segment in volume.Order.List())
            {
                Detach(segment, freed);
            }
        }

        Free(freed);
    }

    /// <summary>Notes that the disk of a folder is gone. Its segments are missing until the store is opened with it again; the
    /// index keeps them. Takes the gate.</summary>
    public void Lose(CacheVolume volume)
    {
        CacheLog.VolumeMissing(logger, volume.Location);
        lock (table.Gate)
        {
            volume.Limit = 0;
            foreach (CachedSegment segment in volume.Order.List())
            {
                segment.IsLost = true;
                table.Remove(segment);
            }
        }
    }

    /// <summary>Erases something, or leaves it to the next one that opens the store.</summary>
    public void TryErase(Action erase)
    {
        try
        {
            erase();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CacheLog.EraseFailed(logger, exception.Message);
        }
    }
}

using System.Buffers;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    /// <summary>
    /// Moves segments of version 2 from the last containers into free slots of the first, and gives what is empty then
    /// back to the disk. A kill meanwhile loses nothing: a segment is in its old slot until the index has the new one.
    /// </summary>
    /// <exception cref="PeerException">The index cannot be written.</exception>
    public void Compact(CancellationToken cancellationToken)
    {
        foreach (CacheVolume volume in _volumes)
        {
            foreach (SegmentId[] ids in ListFromTheEnd(volume).Chunk(SlotMap.PerContainer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Use(() => TryMoveDown(volume, ids), false))
                {
                    break;
                }
            }
        }

        lock (_flushing)
        {
            if (!_isClosed)
            {
                _index.Compact();
            }
        }
    }

    private List<SegmentId> ListFromTheEnd(CacheVolume volume)
    {
        lock (_gate)
        {
            List<CachedSegment> segments = [];
            for (CachedSegment? segment = volume.Order.Oldest; segment is not null; segment = segment.Newer)
            {
                if (segment.Version == PeerContentVersion.V2)
                {
                    segments.Add(segment);
                }
            }

            return [.. segments.OrderByDescending(segment => segment.Slot).Select(segment => segment.Id)];
        }
    }

    // False when nothing that is left can go further down.
    private bool TryMoveDown(CacheVolume volume, SegmentId[] ids)
    {
        List<int> left = [];
        try
        {
            return Array.TrueForAll(ids, id => TryMoveDown(volume, id, left));
        }
        finally
        {
            Flush();
            left.ForEach(slot => Release(volume, slot));
        }
    }

    private bool TryMoveDown(CacheVolume volume, SegmentId id, List<int> left)
    {
        CachedSegment? segment = Pin(id, 0, touches: false);
        if (segment is null)
        {
            return true;
        }

        try
        {
            int target;
            lock (_gate)
            {
                target = volume.Slots.Take();
                if (target >= segment.Slot)
                {
                    FreeSlot(volume, target);
                    return false;
                }
            }

            left.Add(MoveTo(volume, segment, target));
            return true;
        }
        finally
        {
            Unpin(segment);
        }
    }

    // The slot that the segment is not in afterwards.
    private int MoveTo(CacheVolume volume, CachedSegment segment, int target)
    {
        bool isCopied = TryCopy(volume, segment, target);
        lock (_gate)
        {
            // Where somebody else is reading the old slot by now, it stays there.
            if (!isCopied || segment.Pins > 1 || segment.IsRemoved)
            {
                return target;
            }

            int source = segment.Slot;
            segment.Slot = target;
            MarkDirty(segment);
            return source;
        }
    }

    private bool TryCopy(CacheVolume volume, CachedSegment segment, int target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CacheVolume.SlotSize);
        try
        {
            // No more than is its own: copied holes would take room.
            int most = segment.IsSealed ? SealedRecord.GetMaximumLength(segment.Length) : segment.Length;
            int length = volume.Read(segment, 0, buffer.AsSpan(0, most));
            volume.WriteSlot(target, buffer.AsSpan(0, length));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CacheLog.StoreFailed(_logger, exception.Message);
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Release(CacheVolume volume, int slot)
    {
        TryErase(() => volume.EraseSlot(slot));
        lock (_gate)
        {
            FreeSlot(volume, slot);
        }
    }
}

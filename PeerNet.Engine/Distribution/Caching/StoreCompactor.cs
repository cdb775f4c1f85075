using System.Buffers;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Moves segments of version 2 from the last containers into free slots of the first, so that the last ones can be deleted. A
/// kill meanwhile loses nothing: a segment is in its old slot until the index has the new one.
/// </summary>
internal sealed class StoreCompactor(
    CacheVolumes volumes, SegmentTable table, SegmentRemoval removal, IndexWriter writer, ILogger logger)
{
    /// <summary>Gives free space inside the store back to the disk, beside everything else that is done with the store.</summary>
    /// <exception cref="PeerException">The index cannot be written.</exception>
    public void Compact(CancellationToken cancellationToken)
    {
        foreach (CacheVolume volume in volumes.All)
        {
            foreach (SegmentId[] ids in ListFromTheEnd(volume).Chunk(SlotMap.PerContainer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using CacheVolumes.Turn turn = volumes.Use();
                if (!turn.IsOpen || !TryMoveDown(volume, ids))
                {
                    break;
                }
            }
        }

        writer.Compact();
    }

    private List<SegmentId> ListFromTheEnd(CacheVolume volume)
    {
        lock (table.Gate)
        {
            return
            [
                .. volume.Order.List()
                    .Where(segment => segment.Version == PeerContentVersion.V2)
                    .OrderByDescending(segment => segment.Slot)
                    .Select(segment => segment.Id),
            ];
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
            writer.Flush();
            left.ForEach(slot => Release(volume, slot));
        }
    }

    private bool TryMoveDown(CacheVolume volume, SegmentId id, List<int> left)
    {
        CachedSegment? segment = removal.Pin(id, 0, touches: false);
        if (segment is null)
        {
            return true;
        }

        try
        {
            int target;
            lock (table.Gate)
            {
                target = volume.Slots.Take();
                if (target >= segment.Slot)
                {
                    removal.FreeSlot(volume, target);
                    return false;
                }
            }

            left.Add(MoveTo(volume, segment, target));
            return true;
        }
        finally
        {
            removal.Unpin(segment);
        }
    }

    // The slot that the segment is not in afterwards.
    private int MoveTo(CacheVolume volume, CachedSegment segment, int target)
    {
        bool isCopied = TryCopy(volume, segment, target);
        lock (table.Gate)
        {
            // Where somebody else is reading the old slot by now, it stays there.
            if (!isCopied || segment.Pins > 1 || segment.IsRemoved)
            {
                return target;
            }

            int source = segment.Slot;
            segment.Slot = target;
            table.Changes.Add(segment);
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
            CacheLog.StoreFailed(logger, exception.Message);
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Release(CacheVolume volume, int slot)
    {
        removal.TryErase(() => volume.EraseSlot(slot));
        lock (table.Gate)
        {
            removal.FreeSlot(volume, slot);
        }
    }
}

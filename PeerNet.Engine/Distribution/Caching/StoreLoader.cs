using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Brings into memory what the index and the folders of a store have, and cleans up after one that was killed. Nobody else
/// uses the store meanwhile.
/// </summary>
internal sealed class StoreLoader(
    CacheVolumes volumes, SegmentTable table, SegmentRemoval removal, StoreRoom room, CacheIndex index, ILogger logger)
{
    /// <summary>Loads everything that can be read.</summary>
    /// <exception cref="Core.PeerException">The index is damaged.</exception>
    public void Load()
    {
        bool wasClean = index.Begin();
        Dictionary<short, Dictionary<string, long>> files = volumes.All.ToDictionary(
            volume => volume.Number, volume => volume.ListFiles());
        foreach (IndexRow row in index.Load())
        {
            table.SkipRow(row.Row);
            if (volumes.Find(row.Volume) is { } volume && !TryLoad(row, volume, files[row.Volume]))
            {
                table.Changes.Delete(row.Row);
            }
        }

        int removed = volumes.All.Sum(volume => RemoveUnknown(volume, files[volume.Number].Keys));
        if (!wasClean)
        {
            CacheLog.Recovered(logger, volumes.Location, removed);
            EraseUnknown();
        }

        room.RemoveExcess();
        room.RemoveOld();
        table.Changes.Open();
        CacheLog.Opened(logger, volumes.Location, table.Count, volumes.All.Sum(volume => volume.Used));
    }

    private static bool IsSound(IndexRow row) =>
        row.Id != default
        && row.Version is PeerContentVersion.V1 or PeerContentVersion.V2
        && row.Length > 0
        && row.Length <= CacheVolume.GetMaximumLength(row.Version)
        && row.Slot >= 0;

    private bool TryLoad(IndexRow row, CacheVolume volume, Dictionary<string, long> files)
    {
        if (!IsSound(row))
        {
            return false;
        }

        var segment = new CachedSegment(row.Row, row.Id, row.Version, row.Length, row.IsSealed)
        {
            Slot = row.Slot,
            Added = row.Added,
            LastUsed = row.LastUsed,
            Stamp = Math.Min(row.Stamp, table.Clock.Now),
            IsIndexed = true,
        };
        long length = files.GetValueOrDefault(volume.GetFile(segment), -1);
        BlockSet claimed = BlockBits.Read(row.Held);
        BlockSet held = KeepReadable(segment, claimed.Intersect(BlockSet.First(segment.BlockCount)), length);
        if (held.Count == 0 || (row.Version == PeerContentVersion.V2 && !volume.Slots.TryTake(row.Slot)))
        {
            return false;
        }

        segment.Held = held;
        table.Add(segment, volume, CacheVolume.GetCost(segment));
        if (!held.Equals(claimed))
        {
            table.Changes.Add(segment);
        }

        return true;
    }

    // The blocks that end within the file. Whether they are what they should be is seen when they are read.
    private static BlockSet KeepReadable(CachedSegment segment, BlockSet held, long fileLength)
    {
        var readable = default(BlockSet);
        for (int index = held.NextFrom(0); index >= 0; index = held.NextFrom(index + 1))
        {
            if (CacheVolume.GetPlace(segment, index) + segment.GetBlockLength(index) <= fileLength)
            {
                readable.Add(index);
            }
        }

        return readable;
    }

    private int RemoveUnknown(CacheVolume volume, IEnumerable<string> files)
    {
        HashSet<string> known = new(volume.Order.List().Select(volume.GetFile), StringComparer.Ordinal);
        List<string> unknown = [.. files.Where(file => !known.Contains(file))];
        unknown.ForEach(file => removal.TryErase(() => volume.DeleteFile(file)));
        return unknown.Count;
    }

    // Blocks that were written, but did not get into the index before the store was killed, take no room.
    private void EraseUnknown()
    {
        foreach (CacheVolume volume in volumes.All)
        {
            for (int slot = 0; slot < volume.Slots.ContainerCount * SlotMap.PerContainer; slot++)
            {
                if (!volume.Slots.IsTaken(slot))
                {
                    int free = slot;
                    removal.TryErase(() => volume.EraseSlot(free));
                }
            }

            foreach (CachedSegment segment in volume.Order.List())
            {
                removal.TryErase(() => EraseMissing(volume, segment));
            }
        }
    }

    private static void EraseMissing(CacheVolume volume, CachedSegment segment)
    {
        if (segment.Version != PeerContentVersion.V1 || !SparseFile.IsSupported)
        {
            return;
        }

        BlockSet held = segment.Held;
        for (int index = 0; index < segment.BlockCount; index++)
        {
            if (!held.Contains(index))
            {
                volume.EraseBlock(segment, index);
            }
        }
    }
}

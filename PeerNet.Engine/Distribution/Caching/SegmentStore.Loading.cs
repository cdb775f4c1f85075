using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    // Nobody else uses the store yet.
    private void Load()
    {
        bool wasClean = _index.Begin();
        Dictionary<short, Dictionary<string, long>> files = _volumes.ToDictionary(
            volume => volume.Number, volume => volume.ListFiles());
        foreach (IndexRow row in _index.Load())
        {
            _lastRow = Math.Max(_lastRow, row.Row);
            if (FindVolume(row.Volume) is { } volume && !TryLoad(row, volume, files[row.Volume]))
            {
                _deleted.Add(row.Row);
            }
        }

        int removed = _volumes.Sum(volume => RemoveUnknown(volume, files[volume.Number].Keys));
        if (!wasClean)
        {
            CacheLog.Recovered(_logger, Location, removed);
            EraseUnknown();
        }

        List<CachedSegment> freed = [];
        lock (_gate)
        {
            Array.ForEach(_volumes, volume => MakeRoom(volume, 0, null, freed));
        }

        Free(freed);
        RemoveOld();
        CacheLog.Opened(_logger, Location, _segments.Count, _volumes.Sum(volume => volume.Used));
    }

    private static bool IsSound(IndexRow row) =>
        row.Id != default
        && row.Version is PeerContentVersion.V1 or PeerContentVersion.V2
        && row.Length > 0
        && row.Length <= GetMaximumLength(row.Version)
        && row.Slot >= 0;

    private bool TryLoad(IndexRow row, CacheVolume volume, Dictionary<string, long> files)
    {
        if (!IsSound(row))
        {
            return false;
        }

        var segment = new CachedSegment(row.Row, row.Id, row.Version, row.Length, row.IsSealed)
        {
            Volume = row.Volume,
            Slot = row.Slot,
            Added = row.Added,
            LastUsed = row.LastUsed,
            Stamp = Math.Min(row.Stamp, _clock.Now),
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
        volume.Used += CacheVolume.GetCost(segment);
        volume.Order.Add(segment);
        _segments.Add(segment.Id, segment);
        if (!held.Equals(claimed))
        {
            MarkDirty(segment);
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
        HashSet<string> known = new(StringComparer.Ordinal);
        for (CachedSegment? segment = volume.Order.Oldest; segment is not null; segment = segment.Newer)
        {
            known.Add(volume.GetFile(segment));
        }

        List<string> unknown = [.. files.Where(file => !known.Contains(file))];
        unknown.ForEach(file => TryErase(() => volume.DeleteFile(file)));
        return unknown.Count;
    }

    // Blocks that were written, but did not get into the index before the store was killed, take no room.
    private void EraseUnknown()
    {
        foreach (CacheVolume volume in _volumes)
        {
            for (int slot = 0; slot < volume.Slots.ContainerCount * SlotMap.PerContainer; slot++)
            {
                if (!volume.Slots.IsTaken(slot))
                {
                    int free = slot;
                    TryErase(() => volume.EraseSlot(free));
                }
            }

            for (CachedSegment? segment = volume.Order.Oldest; segment is not null; segment = segment.Newer)
            {
                CachedSegment partial = segment;
                TryErase(() => EraseMissing(volume, partial));
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

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
        Dictionary<short, FolderFiles> files = volumes.All.ToDictionary(volume => volume.Number, volume => new FolderFiles(volume));
        List<CachedSegment> loaded = [];
        index.Load(row => Read(row, files, loaded));
        table.Prepare(loaded.Count);

        // The least recently used first.
        loaded.Sort((left, right) => (left.Stamp, left.Row).CompareTo((right.Stamp, right.Row)));
        foreach (CachedSegment segment in loaded)
        {
            Add(segment, files[segment.Volume]);
        }

        int removed = files.Values.Sum(RemoveUnknown);
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

    private static bool IsSound(LoadedRow row) =>
        row.Id != default
        && row.Version is PeerContentVersion.V1 or PeerContentVersion.V2
        && row.Length > 0
        && row.Length <= CacheVolume.GetMaximumLength(row.Version)
        && row.Slot >= 0;

    private void Read(LoadedRow row, Dictionary<short, FolderFiles> files, List<CachedSegment> loaded)
    {
        table.SkipRow(row.Row);
        if (!files.TryGetValue(row.Volume, out FolderFiles? folder))
        {
            return;
        }

        if (IsSound(row) && Create(row, folder) is { } segment)
        {
            loaded.Add(segment);
        }
        else
        {
            table.Changes.Delete(row.Row);
        }
    }

    private CachedSegment? Create(LoadedRow row, FolderFiles folder)
    {
        var segment = new CachedSegment(row.Row, row.Id, row.Version, row.Length, row.IsSealed)
        {
            Volume = row.Volume,
            Slot = row.Slot,
            Added = row.Added,
            LastUsed = row.LastUsed,
            Stamp = Math.Min(row.Stamp, table.Clock.Now),
            IsIndexed = true,
        };
        BlockSet held = row.Held.Intersect(BlockSet.First(CountReadable(segment, folder.GetLength(segment))));
        if (held.IsEmpty)
        {
            return null;
        }

        segment.Held = held;
        if (!held.Equals(row.Held))
        {
            table.Changes.Add(segment);
        }

        return segment;
    }

    // The blocks that end within the file. Whether they are what they should be is seen when they are read.
    private static int CountReadable(CachedSegment segment, long fileLength)
    {
        int count = segment.BlockCount;
        while (count > 0 && CacheVolume.GetPlace(segment, count - 1) + segment.GetBlockLength(count - 1) > fileLength)
        {
            count--;
        }

        return count;
    }

    private void Add(CachedSegment segment, FolderFiles folder)
    {
        if (table.Find(segment.Id) is not null
            || (segment.Version == PeerContentVersion.V2 && !folder.Volume.Slots.TryTake(segment.Slot)))
        {
            segment.IsRemoved = true;
            table.Changes.Delete(segment.Row);
            return;
        }

        folder.Know(segment);
        table.Add(segment, folder.Volume, CacheVolume.GetCost(segment));
    }

    private int RemoveUnknown(FolderFiles folder)
    {
        List<string> unknown = folder.ListUnknown();
        unknown.ForEach(file => removal.TryErase(() => folder.Volume.DeleteFile(file)));
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

/// <summary>The files of a folder, as they were when it was opened, and which of them the index knows.</summary>
internal sealed class FolderFiles(CacheVolume volume)
{
    private readonly Dictionary<string, long> _lengths = volume.ListFiles();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    // Paths cost more than all else, and many segments share one.
    private readonly Dictionary<int, string> _containers = [];

    public CacheVolume Volume => volume;

    /// <summary>Bytes of the file that a segment is in; -1 where it is not there.</summary>
    public long GetLength(CachedSegment segment) => _lengths.GetValueOrDefault(GetFile(segment), -1);

    /// <summary>Notes that a segment's file is the store's.</summary>
    public void Know(CachedSegment segment) => _known.Add(GetFile(segment));

    /// <summary>The files in which nothing is that the index knows.</summary>
    public List<string> ListUnknown() => [.. _lengths.Keys.Where(file => !_known.Contains(file))];

    private string GetFile(CachedSegment segment)
    {
        if (segment.Version == PeerContentVersion.V1)
        {
            return volume.GetFile(segment);
        }

        int container = segment.Slot / SlotMap.PerContainer;
        return _containers.TryGetValue(container, out string? file)
            ? file
            : _containers[container] = volume.GetContainer(container);
    }
}

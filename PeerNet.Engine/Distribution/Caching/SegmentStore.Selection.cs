using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    /// <summary>The ids of all segments, the least recently used of each folder first.</summary>
    public IReadOnlyList<SegmentId> ListIds()
    {
        lock (_gate)
        {
            List<SegmentId> ids = new(_segments.Count);
            foreach (CacheVolume volume in _volumes)
            {
                for (CachedSegment? segment = volume.Order.Oldest; segment is not null; segment = segment.Newer)
                {
                    ids.Add(segment.Id);
                }
            }

            return ids;
        }
    }

    /// <summary>Some segments, or all.</summary>
    /// <exception cref="PeerException">The index cannot be read.</exception>
    public IReadOnlyList<PeerCacheSegment> List(PeerCacheSelection selection)
    {
        Flush();
        IReadOnlyDictionary<long, Guid> tags = _index.GetTags();
        IReadOnlyList<SegmentId> ids = Select(selection);
        lock (_gate)
        {
            return
            [
                .. ids.Select(_segments.GetValueOrDefault)
                    .OfType<CachedSegment>()
                    .Where(segment => segment.HoldsAny)
                    .Select(segment => ToPublic(segment, tags.GetValueOrDefault(segment.Row))),
            ];
        }
    }

    /// <summary>Removes some segments, or all, and what they take of the disk.</summary>
    /// <returns>The bytes that they took.</returns>
    /// <exception cref="PeerException">The index cannot be read or written.</exception>
    public long Remove(PeerCacheSelection selection)
    {
        Flush();
        IReadOnlyList<SegmentId> ids = Select(selection);
        List<CachedSegment> freed = [];
        long bytes = Use(
            () =>
            {
                long removed = 0;
                lock (_gate)
                {
                    foreach (CachedSegment segment in ids.Select(_segments.GetValueOrDefault).OfType<CachedSegment>())
                    {
                        removed += CacheVolume.GetCost(segment);
                        Detach(segment, freed);
                    }
                }

                Free(freed);
                return removed;
            },
            0);
        Flush();
        return bytes;
    }

    private static PeerCacheSegment ToPublic(CachedSegment segment, Guid tag) => new()
    {
        SegmentId = segment.Id,
        Version = segment.Version,
        Length = segment.Length,
        BlocksHeld = segment.Held.Count,
        BlockCount = segment.BlockCount,
        Tag = tag,
        Added = DateTimeOffset.FromUnixTimeSeconds(segment.Added),
        LastUsed = DateTimeOffset.FromUnixTimeSeconds(segment.LastUsed),
        IsSealed = segment.IsSealed,
    };

    private IReadOnlyList<SegmentId> Select(PeerCacheSelection selection)
    {
        IReadOnlyList<SegmentId> ids = selection switch
        {
            { Tag: { } tag } => _index.FindByTag(tag),
            { Segments.Count: > 0 } => selection.Segments,
            _ => ListIds(),
        };
        HashSet<SegmentId> wanted = [.. selection.Segments];
        return wanted.Count == 0 ? ids : [.. ids.Where(wanted.Contains).Distinct()];
    }
}

using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    private static readonly TimeSpan FlushDelay = TimeSpan.FromSeconds(1);

    private List<CachedSegment> _dirty = [];
    private List<long> _deleted = [];
    private bool _isFlushScheduled;

    /// <summary>Lets everything stored so far survive a power failure.</summary>
    /// <exception cref="PeerException">The disk is full or broken. It will be tried again.</exception>
    public void Flush()
    {
        lock (_flushing)
        {
            if (!_isClosed)
            {
                Flush(alsoWithoutChanges: false);
            }
        }
    }

    private void FlushInBackground()
    {
        lock (_gate)
        {
            _isFlushScheduled = false;
        }

        try
        {
            Flush();
        }
        catch (PeerException exception)
        {
            CacheLog.FlushFailed(_logger, exception.Message);
            lock (_gate)
            {
                ScheduleFlush();
            }
        }
    }

    // _flushing held. Blocks are on the disk before the index says that they are.
    private void Flush(bool alsoWithoutChanges)
    {
        List<CachedSegment> dirty;
        List<long> deleted;
        List<IndexRow> rows;
        uint clock;
        uint wall;
        lock (_gate)
        {
            (dirty, _dirty) = (_dirty, []);
            (deleted, _deleted) = (_deleted, []);
            dirty.RemoveAll(segment => segment.IsRemoved);
            rows = dirty.ConvertAll(ToRow);
            dirty.ForEach(segment => segment.IsDirty = false);
            (clock, wall) = (_clock.Now, _clock.Wall);
        }

        if (rows.Count == 0 && deleted.Count == 0 && !alsoWithoutChanges)
        {
            return;
        }

        try
        {
            FlushFiles(dirty);
            _index.Write(deleted, rows, clock, wall);
        }
        catch (Exception exception) when (exception is PeerException or IOException or UnauthorizedAccessException)
        {
            TakeBack(dirty, deleted);
            throw exception as PeerException ?? StorageFailure.Translate(exception, Location);
        }

        lock (_gate)
        {
            dirty.ForEach(Confirm);
        }
    }

    private void FlushFiles(List<CachedSegment> dirty)
    {
        foreach (IGrouping<short, CachedSegment> group in dirty.GroupBy(segment => segment.Volume))
        {
            CacheVolume volume = FindVolume(group.Key)!;
            try
            {
                volume.Flush(group);
            }
            catch (DirectoryNotFoundException)
            {
                // The disk was taken out; what its rows say is checked when it is back.
                Lose(volume);
            }
        }
    }

    // Gate held.
    private IndexRow ToRow(CachedSegment segment)
    {
        SegmentDescription? description = _descriptions.FindPending(segment.Row);
        bool hasHashes = description is { IsChanged: true };
        var row = new IndexRow
        {
            Row = segment.Row,
            Id = segment.Id,
            Version = segment.Version,
            Length = segment.Length,
            IsSealed = segment.IsSealed,
            Volume = segment.Volume,
            Slot = segment.Slot,
            Held = BlockBits.Write(segment.Held),
            Added = segment.Added,
            LastUsed = segment.LastUsed,
            Stamp = segment.Stamp,
            IsIndexed = segment.IsIndexed,
            Tag = description?.Tag ?? Guid.Empty,
            Description = description,
            Hashes = hasHashes ? [.. description!.Hashes] : null,
            Described = description?.Described ?? default,
        };
        if (hasHashes)
        {
            description!.IsChanged = false;
        }

        return row;
    }

    private void TakeBack(List<CachedSegment> dirty, List<long> deleted)
    {
        lock (_gate)
        {
            _deleted.AddRange(deleted);
            foreach (CachedSegment segment in dirty.Where(segment => !segment.IsRemoved))
            {
                if (_descriptions.FindPending(segment.Row) is { Hashes.Length: > 0 } description)
                {
                    description.IsChanged = true;
                }

                MarkDirty(segment);
            }
        }
    }

    // Gate held. What has changed meanwhile is written the next time.
    private void Confirm(CachedSegment segment)
    {
        segment.IsIndexed = true;
        if (!segment.IsDirty && !segment.IsRemoved)
        {
            _descriptions.Confirm(segment.Row);
        }
    }

    // Gate held.
    private void MarkDirty(CachedSegment segment)
    {
        if (!segment.IsDirty)
        {
            segment.IsDirty = true;
            _dirty.Add(segment);
            ScheduleFlush();
        }
    }

    // Gate held.
    private void ScheduleFlush()
    {
        if (!_isFlushScheduled && !_isClosed)
        {
            _isFlushScheduled = true;
            _flushTimer.Change(FlushDelay, Timeout.InfiniteTimeSpan);
        }
    }
}

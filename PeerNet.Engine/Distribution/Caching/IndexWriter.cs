using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Writes to the index of a store what has changed, after the blocks that it is about. Its lock orders the writers, keeps
/// folders from going meanwhile, and is taken after the use of files and before the gate.
/// </summary>
internal sealed class IndexWriter(
    CacheVolumes volumes, SegmentTable table, SegmentRemoval removal, CacheIndex index, ILogger logger)
{
    private readonly Lock _writing = new();

    /// <summary>Lets everything stored so far survive a power failure.</summary>
    /// <exception cref="PeerException">The disk is full or broken. It will be tried again.</exception>
    public void Flush()
    {
        lock (_writing)
        {
            if (!volumes.IsClosed)
            {
                Flush(alsoWithoutChanges: false);
            }
        }
    }

    /// <summary>The same, when it is due: where it fails it is due again.</summary>
    public void FlushLater()
    {
        lock (table.Gate)
        {
            table.Changes.SetFired();
        }

        try
        {
            Flush();
        }
        catch (PeerException exception)
        {
            CacheLog.FlushFailed(logger, exception.Message);
            lock (table.Gate)
            {
                table.Changes.Schedule();
            }
        }
    }

    /// <summary>Gives free pages of the index back to the disk.</summary>
    /// <exception cref="PeerException">It cannot be written.</exception>
    public void Compact()
    {
        lock (_writing)
        {
            if (!volumes.IsClosed)
            {
                index.Compact();
            }
        }
    }

    /// <summary>Removes a folder with its segments; where it is not there, the index forgets what it knows of it.</summary>
    /// <exception cref="PeerException">The index cannot be written.</exception>
    public void RemoveVolume(short number)
    {
        using CacheVolumes.Turn turn = volumes.UseAlone();
        lock (_writing)
        {
            if (volumes.Find(number) is { } volume)
            {
                removal.Empty(volume);
                volumes.Remove(volume);
                removal.TryErase(volume.Leave);
            }

            index.DeleteVolume(number);
        }
    }

    /// <summary>Writes everything down and closes the index, when nobody uses the store any more.</summary>
    public void Close()
    {
        lock (_writing)
        {
            try
            {
                Flush(alsoWithoutChanges: true);
                index.End();
            }
            catch (PeerException exception)
            {
                // The next one to open it sees that it was not closed.
                CacheLog.FlushFailed(logger, exception.Message);
            }

            index.Dispose();
        }
    }

    // Blocks are on the disk before the index says that they are.
    private void Flush(bool alsoWithoutChanges)
    {
        List<CachedSegment> changed;
        List<long> deleted;
        List<IndexRow> rows;
        lock (table.Gate)
        {
            (changed, deleted) = table.Changes.Take();
            rows = changed.ConvertAll(ToRow);
        }

        if (rows.Count == 0 && deleted.Count == 0 && !alsoWithoutChanges)
        {
            return;
        }

        (uint clock, uint wall) = (table.Clock.Now, table.Clock.Wall);
        try
        {
            FlushFiles(changed);
            index.Write(deleted, rows, clock, wall);
        }
        catch (Exception exception) when (exception is PeerException or IOException or UnauthorizedAccessException)
        {
            TakeBack(changed, deleted);
            throw exception as PeerException ?? StorageFailure.Translate(exception, volumes.Location);
        }

        lock (table.Gate)
        {
            changed.ForEach(Confirm);
        }
    }

    private void FlushFiles(List<CachedSegment> changed)
    {
        foreach (IGrouping<short, CachedSegment> group in changed.GroupBy(segment => segment.Volume))
        {
            CacheVolume volume = volumes.Find(group.Key)!;
            try
            {
                volume.Flush(group);
            }
            catch (DirectoryNotFoundException)
            {
                // The disk was taken out; what its rows say is checked when it is back.
                removal.Lose(volume);
            }
        }
    }

    // Gate held.
    private IndexRow ToRow(CachedSegment segment)
    {
        SegmentDescription? description = table.Descriptions.FindPending(segment.Row);
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

    private void TakeBack(List<CachedSegment> changed, List<long> deleted)
    {
        lock (table.Gate)
        {
            changed.RemoveAll(segment => segment.IsRemoved);
            foreach (CachedSegment segment in changed)
            {
                if (table.Descriptions.FindPending(segment.Row) is { Hashes.Length: > 0 } description)
                {
                    description.IsChanged = true;
                }
            }

            table.Changes.TakeBack(changed, deleted);
        }
    }

    // Gate held. What has changed meanwhile is written the next time.
    private void Confirm(CachedSegment segment)
    {
        segment.IsIndexed = true;
        if (!segment.IsDirty && !segment.IsRemoved)
        {
            table.Descriptions.Confirm(segment.Row);
        }
    }
}

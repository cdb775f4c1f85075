using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>What administrators do with a data cache: one change at a time.</summary>
internal sealed class CacheAdministration(DataCacheStore cache, CacheMove move)
{
    private const short MaximumExtension = short.MaxValue;

    private static readonly TimeSpan ShortestAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(3650);

    /// <summary>The cache as Get-PeerCache shows it.</summary>
    /// <param name="selection">Which segments to list; null for none of them.</param>
    /// <exception cref="PeerException">The cache is being moved, or its index cannot be read.</exception>
    public PeerCache Get(PeerCacheSelection? selection)
    {
        SegmentStore store = cache.Get();
        DataCacheSettings settings = cache.Settings;
        return new PeerCache
        {
            Type = PeerCacheType.Data,
            Path = store.Location,
            MaxSize = CacheSize.ToBytes(settings.Size, settings.Folder),
            Percentage = settings.Size.Percentage,
            CurrentSize = store.Room.GetUsed(0) ?? 0,
            ActiveSegments = store.Count,
            MaxAge = settings.MaxAge,
            Extensions =
            [
                .. settings.Extensions.Select(extension => new PeerCacheExtension(
                    extension.Path,
                    CacheSize.ToBytes(extension.Size, extension.Path),
                    store.Room.GetUsed(extension.Number) ?? 0)),
            ],
            Segments = selection is null ? [] : [.. store.List(selection)],
        };
    }

    /// <summary>Changes the cache: all that was asked for, in the order size, age, extensions, move, compaction.</summary>
    /// <exception cref="PeerException">Something of it is not possible; what precedes it is done.</exception>
    public async Task<PeerCache> ChangeAsync(PeerCacheChange change, CancellationToken cancellationToken)
    {
        Check(change);
        await cache.Changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Run(() => Apply(change, cancellationToken), cancellationToken).ConfigureAwait(false);
            return Get(null);
        }
        finally
        {
            cache.Changing.Release();
        }
    }

    /// <summary>How many bytes a change would remove.</summary>
    /// <exception cref="PeerException">The change is none.</exception>
    public long MeasureLoss(PeerCacheChange change)
    {
        Check(change);
        SegmentStore store = cache.Get();
        long bySize = change.Size is { } size
            ? store.Room.MeasureLoss(0, CacheSize.ToBytes(size, change.MoveTo ?? store.Location))
            : 0;
        long byAge = change.MaxAge is { } age ? store.Room.MeasureLoss(age) : 0;
        long byExtension = change.RemoveExtension is { } path
            ? store.Room.GetUsed(FindExtension(path).Number) ?? 0
            : 0;

        // What is too old may be over the limit as well: the larger of the two is certain to go.
        return Math.Max(bySize, byAge) + byExtension;
    }

    /// <summary>Removes some segments, or all, and what they take of the disk.</summary>
    /// <exception cref="PeerException">The cache is being moved, or its index cannot be written.</exception>
    public Task ClearAsync(PeerCacheSelection selection, CancellationToken cancellationToken) =>
        Task.Run(() => cache.Get().Remove(selection), cancellationToken);

    private static void Check(PeerCacheChange change)
    {
        if (change.Size is not null)
        {
            CacheSize.Check(change.Size);
        }

        if (change.MaxAge is { } age && (age < ShortestAge || age > LongestAge))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"Unused segments stay {ShortestAge.Days} to {LongestAge.Days:N0} days; {age} is not within that.", age);
        }

        if (change.AddExtension is not null)
        {
            CacheSize.Check(change.ExtensionSize);
        }
    }

    private void Apply(PeerCacheChange change, CancellationToken cancellationToken)
    {
        if (change.MoveTo is not null)
        {
            move.Check(Path.GetFullPath(change.MoveTo), change.Size);
        }

        if (change.Size is { } size)
        {
            cache.Save(cache.Settings with { Size = size });
            cache.Get().Room.SetLimit(0, CacheSize.ToBytes(size, cache.Settings.Folder));
        }

        if (change.MaxAge is { } age)
        {
            cache.Save(cache.Settings with { MaxAge = age });
            cache.Get().Room.SetMaxAge(age);
        }

        if (change.AddExtension is { } added)
        {
            AddExtension(Path.GetFullPath(added), change.ExtensionSize!);
        }

        if (change.RemoveExtension is { } removed)
        {
            RemoveExtension(removed);
        }

        if (change.MoveTo is { } target)
        {
            move.Run(Path.GetFullPath(target), cancellationToken);
        }

        if (change.Compact)
        {
            cache.Get().Compact(cancellationToken);
        }
    }

    private void AddExtension(string path, PeerCacheSize size)
    {
        if (cache.Settings.LastExtension == MaximumExtension)
        {
            throw PeerErrors.InvalidArgument.Exception("This cache has had as many extensions as it can have.", path);
        }

        if (cache.Settings.Extensions.Any(extension => DataCacheSettings.IsSame(extension.Path, path)))
        {
            throw PeerErrors.AlreadyExists.Exception($"The folder '{path}' is an extension of the cache already.", path);
        }

        CacheMove.CheckEmpty(path);
        short number = (short)(cache.Settings.LastExtension + 1);
        cache.Get().AddVolume(new SegmentStoreExtension(number, path, CacheSize.ToBytes(size, path)));
        try
        {
            cache.Save(cache.Settings with
            {
                Extensions = [.. cache.Settings.Extensions, new(number, path, size)],
                LastExtension = number,
            });
        }
        catch (PeerException)
        {
            cache.Get().RemoveVolume(number);
            throw;
        }
    }

    private void RemoveExtension(string path)
    {
        DataCacheExtension extension = FindExtension(path);
        cache.Get().RemoveVolume(extension.Number);
        cache.Save(cache.Settings with { Extensions = [.. cache.Settings.Extensions.Where(other => other != extension)] });
    }

    private DataCacheExtension FindExtension(string path)
    {
        string full = Path.GetFullPath(path);
        return cache.Settings.Extensions.FirstOrDefault(extension => DataCacheSettings.IsSame(extension.Path, full))
            ?? throw PeerErrors.NotFound.Exception(
                $"The folder '{full}' is no extension of the cache; Get-PeerCache lists them.", path);
    }
}

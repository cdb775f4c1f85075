using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    /// <summary>Adds a folder.</summary>
    /// <exception cref="PeerException">It is a cache folder already, or cannot be used.</exception>
    public void AddVolume(SegmentStoreExtension extension)
    {
        if (CacheVolume.Exists(extension.Path))
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The folder '{extension.Path}' belongs to a cache already; choose another, or delete what it holds.",
                extension.Path);
        }

        CacheVolume volume = CacheVolume.Open(extension.Number, extension.Path, extension.Limit);
        _usage.EnterWriteLock();
        try
        {
            _volumes = [.. _volumes, volume];
        }
        finally
        {
            _usage.ExitWriteLock();
        }
    }

    /// <summary>Removes a folder with its segments; where it is not there, the index forgets what it knows of it.</summary>
    /// <exception cref="PeerException">The index cannot be written.</exception>
    public void RemoveVolume(short number)
    {
        _usage.EnterWriteLock();
        try
        {
            lock (_flushing)
            {
                if (FindVolume(number) is { } volume)
                {
                    Empty(volume);
                    _volumes = Array.FindAll(_volumes, other => other != volume);
                    TryErase(volume.Leave);
                }

                _index.DeleteVolume(number);
            }
        }
        finally
        {
            _usage.ExitWriteLock();
        }
    }

    private void Empty(CacheVolume volume)
    {
        List<CachedSegment> freed = [];
        lock (_gate)
        {
            while (volume.Order.Oldest is { } segment)
            {
                Detach(segment, freed);
            }
        }

        Free(freed);
    }

    // Its disk is gone. Its segments are missing until the store is opened with it again; the index keeps them.
    private void Lose(CacheVolume volume)
    {
        CacheLog.VolumeMissing(_logger, volume.Location);
        lock (_gate)
        {
            volume.Limit = 0;
            while (volume.Order.Oldest is { } segment)
            {
                segment.IsRemoved = true;
                segment.IsLost = true;
                _segments.Remove(segment.Id);
                _descriptions.Remove(segment.Row);
                volume.Order.Remove(segment);
                volume.Used -= CacheVolume.GetCost(segment);
            }
        }
    }
}

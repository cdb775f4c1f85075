using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The folders of a store. Whoever uses their files has a <see cref="Turn"/>: meanwhile no folder comes or goes. It is taken
/// before the other locks of the store.
/// </summary>
internal sealed class CacheVolumes : IDisposable
{
    private readonly ReaderWriterLockSlim _usage = new(LockRecursionPolicy.NoRecursion);
    private volatile CacheVolume[] _all;
    private volatile bool _isClosed;

    private CacheVolumes(CacheVolume[] all)
    {
        _all = all;
    }

    /// <summary>Those that are there; the first always is.</summary>
    public CacheVolume[] All => _all;

    /// <summary>The first folder.</summary>
    public string Location => _all[0].Location;

    /// <summary>Whether nobody is to use them any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Opens the folders, as far as their disks are there.</summary>
    /// <exception cref="PeerException">Another process has one, or it cannot be used.</exception>
    public static CacheVolumes Open(SegmentStoreOptions options, ILogger logger)
    {
        List<CacheVolume> all = [];
        try
        {
            all.Add(CacheVolume.Open(0, options.Folder, options.Limit));
            foreach (SegmentStoreExtension extension in options.Extensions)
            {
                if (CacheVolume.Exists(extension.Path))
                {
                    all.Add(CacheVolume.Open(extension.Number, extension.Path, extension.Limit));
                }
                else
                {
                    CacheLog.VolumeMissing(logger, extension.Path);
                }
            }

            return new([.. all]);
        }
        catch
        {
            all.ForEach(volume => volume.Dispose());
            throw;
        }
    }

    /// <summary>The folder with a number; null where it is not there.</summary>
    public CacheVolume? Find(short number)
    {
        foreach (CacheVolume volume in _all)
        {
            if (volume.Number == number)
            {
                return volume;
            }
        }

        return null;
    }

    /// <summary>Begins to use files, beside others.</summary>
    public Turn Use()
    {
        _usage.EnterReadLock();
        return new(this, isAlone: false);
    }

    /// <summary>Waits until nobody uses a file, and keeps everybody from it.</summary>
    public Turn UseAlone()
    {
        _usage.EnterWriteLock();
        return new(this, isAlone: true);
    }

    /// <summary>Adds a folder.</summary>
    /// <exception cref="PeerException">It is a cache folder already, or cannot be used.</exception>
    public void Add(SegmentStoreExtension extension)
    {
        if (CacheVolume.Exists(extension.Path))
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The folder '{extension.Path}' belongs to a cache already; choose another, or delete what it holds.",
                extension.Path);
        }

        CacheVolume volume = CacheVolume.Open(extension.Number, extension.Path, extension.Limit);
        using Turn turn = UseAlone();
        _all = [.. _all, volume];
    }

    /// <summary>Takes a folder out, for whoever uses them alone.</summary>
    public void Remove(CacheVolume volume) => _all = Array.FindAll(_all, other => other != volume);

    /// <summary>Lets nobody use them any more, for whoever uses them alone.</summary>
    /// <returns>False where it was so already.</returns>
    public bool TryClose()
    {
        bool isFirst = !_isClosed;
        _isClosed = true;
        return isFirst;
    }

    /// <summary>Lets go of the folders. Whoever comes later is still told that they are closed.</summary>
    public void Dispose() => Array.ForEach(_all, volume => volume.Dispose());

    /// <summary>The use of files, until it is disposed of.</summary>
    internal readonly struct Turn(CacheVolumes volumes, bool isAlone) : IDisposable
    {
        /// <summary>Whether there is anything to use: not after the store was closed.</summary>
        public bool IsOpen => !volumes._isClosed;

        public void Dispose()
        {
            if (isAlone)
            {
                volumes._usage.ExitWriteLock();
            }
            else
            {
                volumes._usage.ExitReadLock();
            }
        }
    }
}

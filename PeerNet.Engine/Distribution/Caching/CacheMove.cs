using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Moves a data cache: copies its store while it is closed. The settings name the target as abandoned until it is whole, and
/// the source from then on: whenever the process is killed, one folder is the cache, and the other is cleared at the next
/// start.
/// </summary>
internal sealed class CacheMove(DataCacheStore cache, ILogger logger)
{
    /// <summary>Checks whether the cache can go to a folder.</summary>
    /// <param name="target">The folder, a full path.</param>
    /// <param name="size">The limit that the cache will have; null for what it has.</param>
    /// <exception cref="PeerException">The folder is not empty or the cache's own, or its disk is too small.</exception>
    public void Check(string target, PeerCacheSize? size)
    {
        if (DataCacheSettings.IsSame(target, cache.Settings.Folder))
        {
            throw PeerErrors.InvalidArgument.Exception($"The cache is in '{target}' already.", target);
        }

        CheckEmpty(target);
        long used = cache.Get().Room.GetUsed(0) ?? 0;
        long needed = Math.Min(used, CacheSize.ToBytes(size ?? cache.Settings.Size, target));
        long free = CacheSize.GetFree(target);
        if (free < needed)
        {
            throw PeerErrors.DiskFull.Exception(
                $"The cache needs {needed} bytes, and the disk of '{target}' has {free} left; make room, or give the cache a "
                + "smaller size first.",
                target);
        }
    }

    /// <exception cref="PeerException">A folder is there, and is not empty.</exception>
    public static void CheckEmpty(string target)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The cache cannot use '{target}', which is not empty; choose a new or empty folder.", target);
        }
    }

    /// <summary>Moves the cache.</summary>
    /// <param name="target">An empty or new folder, a full path.</param>
    /// <param name="cancellationToken">Gives up; the cache stays where it is.</param>
    /// <exception cref="PeerException">The disk of the folder is full or broken; the cache stays where it is.</exception>
    public void Run(string target, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cache.Closing);
        string source = cache.Settings.Folder;
        cache.Save(cache.Settings with { Abandoned = target });
        try
        {
            cache.Close();
            CacheFolder.Copy(source, target, either.Token);
            cache.Save(cache.Settings with { Folder = target, Abandoned = source });
            cache.Open();
            CacheLog.Moved(logger, source, target);
        }
        catch
        {
            Reopen(source, target);
            throw;
        }
        finally
        {
            ClearAbandoned();
        }
    }

    // The source is whole until it is cleared.
    private void Reopen(string source, string target)
    {
        cache.Save(cache.Settings with { Folder = source, Abandoned = target });
        cache.Open();
    }

    /// <summary>Clears what a move has left. Where that fails it is tried again at the next start.</summary>
    public void ClearAbandoned()
    {
        if (cache.Settings.Abandoned is not { } folder)
        {
            return;
        }

        try
        {
            CacheFolder.Clear(folder);
            cache.Save(cache.Settings with { Abandoned = null });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PeerException)
        {
            CacheLog.EraseFailed(logger, exception.Message);
        }
    }
}

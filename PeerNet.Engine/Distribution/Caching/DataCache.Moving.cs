using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <content>
/// A move copies the store while it is closed. The settings name the target as abandoned until it is whole, and the source
/// from then on: whenever the process is killed, one folder is the cache, and the other is cleared at the next start.
/// </content>
internal sealed partial class DataCache
{
    private void CheckTarget(string target, PeerCacheSize? size)
    {
        if (IsSame(target, Settings.Folder))
        {
            throw PeerErrors.InvalidArgument.Exception($"The cache is in '{target}' already.", target);
        }

        CheckEmpty(target);
        SegmentStore store = GetStore();
        long used = store.GetUsed(0) ?? 0;
        long needed = Math.Min(used, CacheSize.ToBytes(size ?? Settings.Size, target));
        long free = CacheSize.GetFree(target);
        if (free < needed)
        {
            throw PeerErrors.DiskFull.Exception(
                $"The cache needs {needed} bytes, and the disk of '{target}' has {free} left; make room, or give the cache a "
                + "smaller size first.",
                target);
        }
    }

    private static void CheckEmpty(string target)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The cache cannot use '{target}', which is not empty; choose a new or empty folder.", target);
        }
    }

    private void Move(string target, CancellationToken cancellationToken)
    {
        string source = Settings.Folder;
        _file.Save(Settings with { Abandoned = target });
        try
        {
            _store?.Dispose();
            _store = null;
            CacheFolder.Copy(source, target, cancellationToken);
            _file.Save(Settings with { Folder = target, Abandoned = source });
            OpenStore();
            CacheLog.Moved(_logger, source, target);
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
        _file.Save(Settings with { Folder = source, Abandoned = target });
        OpenStore();
    }

    // What is left when this fails is tried again at the next start.
    private void ClearAbandoned()
    {
        if (Settings.Abandoned is not { } folder)
        {
            return;
        }

        try
        {
            CacheFolder.Clear(folder);
            _file.Save(Settings with { Abandoned = null });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PeerException)
        {
            CacheLog.EraseFailed(_logger, exception.Message);
        }
    }
}

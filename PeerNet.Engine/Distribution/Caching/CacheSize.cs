using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>What a limit comes to.</summary>
internal static class CacheSize
{
    /// <summary>Whether a limit is one: a positive number of bytes, or 1 to 100 percent.</summary>
    public static bool IsSound(PeerCacheSize? size) => size switch
    {
        { Bytes: > 0, Percentage: null } => true,
        { Bytes: null, Percentage: >= 1 and <= 100 } => true,
        _ => false,
    };

    /// <exception cref="PeerException">The limit is none.</exception>
    public static void Check(PeerCacheSize? size)
    {
        if (!IsSound(size))
        {
            throw PeerErrors.InvalidArgument.Exception(
                "The size of a cache is either a number of bytes above 0, or 1 to 100 percent of its disk.", size);
        }
    }

    /// <summary>The limit in bytes. The folder need not exist yet.</summary>
    /// <exception cref="PeerException">The disk of the folder does not say how large it is.</exception>
    public static long ToBytes(PeerCacheSize size, string folder) =>
        size.Bytes ?? (long)(GetDrive(folder, drive => drive.TotalSize) * (size.Percentage!.Value / 100.0));

    /// <summary>Free bytes of a folder's disk.</summary>
    /// <exception cref="PeerException">The disk does not say it.</exception>
    public static long GetFree(string folder) => GetDrive(folder, drive => drive.AvailableFreeSpace);

    // The folder itself, or what of its path there is: it tells the disk.
    private static string FindExisting(string path)
    {
        string full = Path.GetFullPath(path);
        while (!Directory.Exists(full) && Path.GetDirectoryName(full) is { } parent)
        {
            full = parent;
        }

        return full;
    }

    private static long GetDrive(string folder, Func<DriveInfo, long> get)
    {
        try
        {
            return get(new DriveInfo(FindExisting(folder)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw StorageFailure.Translate(exception, folder);
        }
    }
}

using Microsoft.Win32.SafeHandles;

namespace PeerNet.Engine.Storage;

/// <summary>
/// Files of this user in folders where others may write too. Whatever is there already may have been put there by somebody
/// else: as a link to a file that would be overwritten, or as a pipe that would hold whoever opens it.
/// </summary>
internal static class OwnFile
{
    /// <summary>Makes a file that was not there, to be read and written by nobody else meanwhile. No link is followed.</summary>
    /// <exception cref="IOException">There is something of that name, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static SafeFileHandle Create(string path) =>
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Whether there is a regular file that only this user can have put there.</summary>
    public static bool Exists(string path) => FileStatus.ReadName(path) is { IsOursAlone: true };

    /// <summary>Opens such a file, to be read and written by nobody else meanwhile; null for none.</summary>
    /// <exception cref="IOException">It is such a file, and in use.</exception>
    /// <exception cref="UnauthorizedAccessException">It is such a file, and may not be written.</exception>
    public static SafeFileHandle? TryOpen(string path)
    {
        if (FileStatus.ReadName(path) is not { IsOursAlone: true } named)
        {
            return null;
        }

        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        if (FileStatus.Read(handle) is { IsOursAlone: true } opened && opened.Id == named.Id)
        {
            return handle;
        }

        // Somebody put something else there in between.
        handle.Dispose();
        return null;
    }
}

namespace PeerNet.Engine.Storage;

/// <summary>
/// Files and folders that nobody but the user may read, from their first byte on: modes 0600 and 0700, and on Windows an
/// access list that inherits nothing. No link is followed, not even by a file that is there already.
/// </summary>
internal static class PrivateFile
{
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode0700 = FileMode0600 | UnixFileMode.UserExecute;

    /// <summary>Makes a file that was not there, to be read and written by nobody else meanwhile.</summary>
    /// <remarks>No room is asked for beforehand: the runtime would not say why there is none.</remarks>
    /// <exception cref="IOException">There is something of that name, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static FileStream Create(string path) => OperatingSystem.IsWindows()
        ? WindowsAccess.CreateFile(path)
        : new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = FileMode0600,
        });

    /// <summary>Makes an empty file, unless there is one.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written, or there is something else than a file.</exception>
    public static void Ensure(string path)
    {
        if (FileStatus.ReadName(path) is { IsRegular: false })
        {
            throw new UnauthorizedAccessException($"'{path}' is a link, or no regular file.");
        }

        if (File.Exists(path))
        {
            return;
        }

        try
        {
            Create(path).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }

    /// <summary>Makes a folder, with those above it, unless there is one.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsAccess.CreateFolder(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode0700);
        }
    }

    /// <summary>Takes from others what they may do with an open file of the user's.</summary>
    public static void Protect(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, FileMode0600);
        }
    }
}

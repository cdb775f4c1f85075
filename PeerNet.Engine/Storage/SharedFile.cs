using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>Files and folders that every user may read, and none but their owner may change, whatever the process's mask
/// says.</summary>
internal static class SharedFile
{
    private const UnixFileMode FileMode0644 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode FolderMode0755 =
        FileMode0644 | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder, with those above it, unless there is one.</summary>
    /// <exception cref="PeerException">It cannot be made.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                WindowsAccess.CreateSharedFolder(path);
                return;
            }

            for (Stack<string> missing = FindMissing(path); missing.TryPop(out string? folder);)
            {
                Directory.CreateDirectory(folder, FolderMode0755);
                File.SetUnixFileMode(folder, FolderMode0755);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    /// <summary>Writes a file as a whole; until then it is as it was.</summary>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        // The user's alone while it is written: nobody can have it open for writing when it becomes what it is.
        Task writing = AtomicFile.WriteAsync(path, isPrivate: !OperatingSystem.IsWindows(), overwrite: true, stream =>
        {
            stream.Write(content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(((FileStream)stream).SafeFileHandle, FileMode0644);
            }

            return Task.CompletedTask;
        });
        writing.GetAwaiter().GetResult();
    }

    private static Stack<string> FindMissing(string path)
    {
        Stack<string> missing = new();
        for (string? folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder);)
        {
            missing.Push(folder);
            folder = Path.GetDirectoryName(folder);
        }

        return missing;
    }
}

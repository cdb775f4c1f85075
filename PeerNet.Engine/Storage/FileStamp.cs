using Microsoft.Win32.SafeHandles;

namespace PeerNet.Engine.Storage;

/// <summary>What tells that a file is still the one it was: a file with an equal stamp has equal content.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When it was last written, in UTC ticks.</param>
/// <param name="Changed">When its content or its attributes last changed, in UTC ticks; 0 where the system does not say.</param>
/// <param name="Id">The file's number on its volume, and the volume's; empty where the system does not say.</param>
internal readonly record struct FileStamp(long Length, long Modified, long Changed, string Id)
{
    // The coarsest clock of a file system in use (FAT).
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(2);

    /// <summary>The stamp of an open file.</summary>
    public static FileStamp Read(SafeFileHandle handle) => From(handle, FileStatus.Read(handle));

    /// <summary>The stamp of an open file whose status was read just now.</summary>
    public static FileStamp From(SafeFileHandle handle, FileStatus? status) => status is { Modified: not 0 } known
        ? new(known.Length, known.Modified, known.Changed, known.Id)
        : new(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks, status?.Changed ?? 0, status?.Id ?? "");

    /// <summary>The stamp of the file that is at a path now; null for none, or for one that cannot be read.</summary>
    public static FileStamp? TryRead(string path) => TryRead(path, out _);

    /// <inheritdoc cref="TryRead(string)"/>
    /// <param name="path">The path.</param>
    /// <param name="realPath">Where the file is, whatever links led there; null for none, or where that cannot be said.</param>
    public static FileStamp? TryRead(string path, out string? realPath)
    {
        realPath = null;
        try
        {
            using SafeFileHandle handle = RegularFile.OpenRead(path, FileOptions.None, out FileStatus? status);
            realPath = RealPath.Find(handle, path);
            return From(handle, status);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not there any more, or not to be read: the answer to the question.
            return null;
        }
    }

    /// <summary>
    /// Whether a later write would have changed the stamp. One within the same tick of the file system's clock would not.
    /// </summary>
    /// <param name="read">When the stamp was read.</param>
    public bool IsSettled(DateTimeOffset read) => Math.Max(Modified, Changed) < (read - ClockStep).UtcTicks;
}

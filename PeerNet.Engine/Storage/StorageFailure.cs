using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>Says what a failure of the file system means. The runtime tells it by the error number of the system, or, where
/// it asks for room beforehand, not at all.</summary>
public static class StorageFailure
{
    // Less than what a database or a state file grows by at once.
    private const long NoRoom = 64 * 1024;

    private static readonly int[] DiskFull =
    [
        unchecked((int)0x80070070), // ERROR_DISK_FULL
        unchecked((int)0x80070027), // ERROR_HANDLE_DISK_FULL
        unchecked((int)0x8007050F), // ERROR_DISK_QUOTA_EXCEEDED
        28, // ENOSPC
        122, // EDQUOT of Linux
        69, // EDQUOT of macOS
    ];

    private static readonly int[] WriteProtected =
    [
        unchecked((int)0x80070013), // ERROR_WRITE_PROTECT
        30, // EROFS
    ];

    private static readonly int[] Shared =
    [
        unchecked((int)0x80070020), // ERROR_SHARING_VIOLATION
        unchecked((int)0x80070021), // ERROR_LOCK_VIOLATION
        11, // EWOULDBLOCK of Linux
        35, // EWOULDBLOCK of macOS
    ];

    /// <summary>The error for what the file system did to a file.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="path">The file.</param>
    public static PeerException Translate(Exception exception, string path) => exception switch
    {
        IrregularFileException => PeerErrors.InvalidArgument.Exception(exception.Message, path, exception),
        UnauthorizedAccessException =>
            PeerErrors.AccessDenied.Exception($"The system denies access to '{path}'.", path, exception),
        IOException when DiskFull.Contains(exception.HResult) => Full(path, exception),
        IOException when WriteProtected.Contains(exception.HResult) => ReadOnly(path, exception),
        IOException when IsShared(exception) =>
            PeerErrors.SharingViolation.Exception($"'{path}' is in use by another process.", path, exception),
        DirectoryNotFoundException when Path.GetDirectoryName(path) is { } folder && !Path.Exists(folder) =>
            PeerErrors.NotFound.Exception($"The folder '{folder}' does not exist; create it first.", path, exception),
        _ when HasNoRoom(path) => Full(path, exception),
        _ => PeerErrors.WriteFault.Exception($"'{path}' cannot be used: {exception.Message}", path, exception),
    };

    /// <summary>Whether another process has the file.</summary>
    public static bool IsShared(Exception exception) => exception is IOException && Shared.Contains(exception.HResult);

    /// <summary>The error for a full disk.</summary>
    internal static PeerException Full(string path, Exception cause) =>
        PeerErrors.DiskFull.Exception($"The disk is full; '{path}' was left as it was.", path, cause);

    /// <summary>The error for a file system that takes no changes.</summary>
    internal static PeerException ReadOnly(string path, Exception cause) => PeerErrors.AccessDenied.Exception(
        $"'{path}' is on a file system that is read-only; make it writable, or choose another folder.", path, cause);

    /// <summary>Whether the disk of a file has no room left.</summary>
    internal static bool HasNoRoom(string path)
    {
        try
        {
            return Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder
                && Directory.Exists(folder)
                && new DriveInfo(folder).AvailableFreeSpace < NoRoom;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It cannot be asked; then what was thrown has to do.
            return false;
        }
    }
}

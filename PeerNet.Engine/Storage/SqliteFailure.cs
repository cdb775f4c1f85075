using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>Says what a failure of SQLite means.</summary>
internal static class SqliteFailure
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static PeerException Translate(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        Full => StorageFailure.Full(path, exception),
        Corrupt or NotADatabase => Damaged(path, exception.Message, exception),
        Busy or Locked => PeerErrors.SharingViolation.Exception(
            $"The database '{path}' is in use by another process; end that one, or choose another folder.",
            path,
            exception),
        ReadOnly => StorageFailure.ReadOnly(path, exception),
        Permission => PeerErrors.AccessDenied.Exception(
            $"The system denies access to the database '{path}'.", path, exception),

        // The log and its index are files of their own, and that they cannot grow has many names.
        InputOutput or CannotOpen when StorageFailure.HasNoRoom(path) => StorageFailure.Full(path, exception),
        CannotOpen => PeerErrors.WriteFault.Exception(
            $"The database '{path}' cannot be opened; see whether its folder exists and can be written.",
            path,
            exception),
        _ => PeerErrors.WriteFault.Exception($"The database '{path}' cannot be used: {exception.Message}", path, exception),
    };

    /// <summary>The error for a database that is not as it was left.</summary>
    public static PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.InvalidDatabase.Exception(
            $"The database '{path}' is damaged or is none: {reason} Nothing was changed; restore it from a backup, or "
            + "move it away to begin anew.",
            path,
            cause);
}

namespace PeerNet.Engine.Storage;

/// <summary>
/// Renames files. On Windows a file cannot be replaced while a scanner or a backup reads it, which is over in a moment: it is
/// tried again for a second.
/// </summary>
internal static class FileReplacement
{
    private const int Attempts = 12;
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(128);

    /// <summary>Gives a file another name.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">Its new name, on the same volume.</param>
    /// <param name="overwrite">Whether it may take the place of another file.</param>
    public static void Move(string source, string target, bool overwrite)
    {
        if (OperatingSystem.IsWindows())
        {
            Persist(() => File.Move(source, target, overwrite), Pause);
        }
        else
        {
            File.Move(source, target, overwrite);
        }
    }

    /// <summary>Does it again while it fails as it does when somebody has the file open.</summary>
    internal static void Persist(Action move, Action<TimeSpan> pause)
    {
        TimeSpan next = TimeSpan.FromMilliseconds(4);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                move();
                return;
            }
            catch (Exception failure) when (attempt < Attempts && IsPassing(failure))
            {
                pause(next);
                next = next * 2 < LongestPause ? next * 2 : LongestPause;
            }
        }
    }

    // Windows says "access denied" where the file to be replaced is open.
    private static bool IsPassing(Exception failure) =>
        failure is UnauthorizedAccessException || failure.HResult is SharingViolation or LockViolation;

    // No protocol's time: whoever replaces a file waits for it, on its own thread.
    private static void Pause(TimeSpan time)
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(time);
    }
}

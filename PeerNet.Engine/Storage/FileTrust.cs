using System.Runtime.Versioning;

namespace PeerNet.Engine.Storage;

/// <summary>
/// Whether only this user and the system's administrator can change what is at a path. On Unix every folder and link on the
/// way there, and the file, has to be theirs, and no folder or file may be written by its group or by others; a sticky
/// folder such as <c>/tmp</c> may, since nobody can take away in it what is another's. On Windows no access list on the way
/// may let anybody else change or replace what is used.
/// </summary>
internal static class FileTrust
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>What lets somebody else change what is at a path, as the end of a sentence; null for nothing.</summary>
    /// <param name="path">The path, of which nothing is known.</param>
    public static string? FindWeakness(string path)
    {
        List<string> way = [];
        return RealPath.Resolve(path, way) is { } real ? FindWeakness(way, real) : $"'{path}' is not there";
    }

    /// <inheritdoc cref="FindWeakness(string)"/>
    /// <param name="way">Whatever was looked up on the way.</param>
    /// <param name="real">What is at its end.</param>
    public static string? FindWeakness(IEnumerable<string> way, string real)
    {
        string? folder = Path.GetDirectoryName(real);
        foreach (string one in way)
        {
            string? weakness = OperatingSystem.IsWindows() ? FindWindowsWeakness(one, one == folder) : FindUnixWeakness(one);
            if (weakness is not null)
            {
                return weakness;
            }
        }

        return null;
    }

    /// <summary>What lets somebody else change one file or folder of Unix, as the end of a sentence; null for nothing.</summary>
    /// <param name="path">It; the way there is not looked at.</param>
    /// <param name="mayBeOthers">Whether it may belong to another user, who is then the one that can change it.</param>
    public static string? FindUnixWeakness(string path, bool mayBeOthers = false) => FileStatus.ReadName(path) switch
    {
        null => $"who can change '{path}' cannot be seen",
        { IsOwn: false, IsRoots: false } when !mayBeOthers => $"'{path}' belongs to another user",
        { IsLink: true } => null,
        { IsFolder: true, Permissions: var mode } when mode.HasFlag(UnixFileMode.StickyBit) => null,
        { Permissions: var mode } when (mode & OthersWrite) != 0 => $"other users can change '{path}' (chmod go-w)",
        _ => null,
    };

    [SupportedOSPlatform("windows")]
    private static string? FindWindowsWeakness(string path, bool isAdding)
    {
        try
        {
            return WindowsAccess.IsOthers(path, isAdding) ? $"other users can change '{path}' (see its access list)" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return $"who can change '{path}' cannot be seen";
        }
    }
}

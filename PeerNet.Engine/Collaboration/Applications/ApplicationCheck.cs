using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Applications;

/// <summary>
/// Whether a program is fit to be run because somebody else asks for it: when it is registered, and again each time that it
/// is run. It is a file that this user may execute, and nobody but this user and the system's administrator can replace or
/// change it (<see cref="FileTrust"/>). Its path names it as it is: absolute, on this machine, no device and no detour.
/// </summary>
/// <remarks>
/// On Windows it is an .exe or a .com: others are run by a command processor, which reads arguments in its own way. What a
/// script is run by is the system's matter.
/// </remarks>
internal static class ApplicationCheck
{
    /// <summary>Longest path, in UTF-16 code units.</summary>
    public const int MaximumPath = 4096;

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // What they show is made up by the system, and another thing for each process.
    private static readonly string[] DeviceFolders = ["/dev", "/proc", "/sys"];

    private static readonly string[] WindowsPrograms = [".exe", ".com"];

    /// <summary>Judges a program.</summary>
    /// <exception cref="PeerException">It is not fit; why, and what to do.</exception>
    public static void ThrowIfUnfit(string path)
    {
        if (FindFault(path) is { } fault)
        {
            throw fault.Error.Exception($"The program '{path}' cannot be an application: {fault.Reason}.", path);
        }
    }

    /// <summary>What is wrong with the text of a path, as the end of a sentence; null for nothing.</summary>
    public static string? FindPathFault(string path) =>
        path.Length is 0 or > MaximumPath ? $"its path is empty or has more than {MaximumPath} characters"
        : !SafeXml.IsText(path) ? "its path has control characters"
        : OperatingSystem.IsWindows() ? FindWindowsPathFault(path)
        : FindUnixPathFault(path);

    private static (PeerError Error, string Reason)? FindFault(string path)
    {
        if (FindPathFault(path) is { } fault)
        {
            return (PeerErrors.InvalidArgument, fault);
        }

        List<string> way = [];
        return RealPath.Resolve(path, way) is not { } real ? (PeerErrors.NotFound, "it is not there")
            : way.Any(IsDevice) ? (PeerErrors.InvalidArgument, "its path leads through a device")
            : FindFileFault(real) is { } reason ? (PeerErrors.InvalidArgument, reason)
            : FileTrust.FindWeakness(way, real) is { } weakness ? (PeerErrors.InvalidArgument, weakness)
            : null;
    }

    private static string? FindFileFault(string real) =>
        FileStatus.ReadName(real) is not { IsRegular: true } status ? "it is no regular file"
        : OperatingSystem.IsWindows() ? null
        : (status.Permissions & AnyExecute) == 0 ? "nobody may execute it (chmod u+x)"
        : null;

    private static string? FindUnixPathFault(string path)
    {
        string[] parts = path.Split('/');
        return parts[0].Length > 0 ? "its path does not begin at the root"
            : parts[1..].Any(part => part is "" or "." or "..") ? "its path has '.', '..' or empty parts"
            : IsDevice(path) ? "its path is a device's"
            : null;
    }

    private static string? FindWindowsPathFault(string path)
    {
        string[] parts = path.Split('\\', '/');
        return parts[0] is not [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':'] ? "its path does not begin with a drive of this machine"
            : parts[1..].Any(part => part is "" or "." or "..") ? "its path has '.', '..' or empty parts"
            : parts[1..].Any(part => part.Contains(':', StringComparison.Ordinal) || FileNames.IsMisread(part))
                ? "its path is a device's or a stream's"
            : !WindowsPrograms.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) ? "it is no .exe or .com"
            : null;
    }

    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && DeviceFolders.Any(folder => RealPath.IsBelow(path, folder));
}

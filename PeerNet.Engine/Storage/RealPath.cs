using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PeerNet.Engine.Storage;

/// <summary>Where files really are, whatever links lead to them.</summary>
public static class RealPath
{
    // As many as Linux follows.
    private const int MaximumLinks = 40;

    // How the system tells names apart.
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? StringComparison.OrdinalIgnoreCase
        : StringComparison.Ordinal;

    /// <summary>A path without links in any of its components; null where nothing is there, or links lead nowhere.</summary>
    public static string? Resolve(string path) => Resolve(path, []);

    /// <inheritdoc cref="Resolve(string)"/>
    /// <param name="path">The path.</param>
    /// <param name="way">Gets whatever is looked up on the way, links and where they lead: who can change one of them can
    /// change what is at the path.</param>
    internal static string? Resolve(string path, ICollection<string> way)
    {
        string full = Path.GetFullPath(path);
        string current = Path.GetPathRoot(full)!;
        way.Add(current);
        Stack<string> left = new();
        Push(left, full[current.Length..]);
        int links = 0;
        while (left.TryPop(out string? part))
        {
            if (part == "..")
            {
                // What is before it is real: there it is the folder around.
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Combine(current, part);
            way.Add(next);
            if (ReadLink(next) is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaximumLinks)
            {
                return null;
            }

            string root = Path.IsPathRooted(target) ? Path.GetPathRoot(Path.GetFullPath(target))! : "";
            current = root.Length > 0 ? root : current;
            Push(left, Path.IsPathRooted(target) ? target[Path.GetPathRoot(target)!.Length..] : target);
        }

        return Path.Exists(current) ? current : null;
    }

    /// <summary>Whether a path without links is below a folder without links.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, Comparison)
        || (Path.EndsInDirectorySeparator(folder) && path.StartsWith(folder, Comparison));

    /// <summary>Whether two paths without links are the same.</summary>
    internal static bool AreEqual(string one, string other) => string.Equals(one, other, Comparison);

    /// <summary>Where an open file is; null where that cannot be said.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">The path that it was opened by.</param>
    /// <remarks>Linux knows of the file itself. Elsewhere the path is resolved a second time: whoever changes links in
    /// between can be taken for what he was a moment ago.</remarks>
    internal static string? Find(SafeFileHandle handle, string path) =>
        OperatingSystem.IsLinux()
        && ReadLink(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}")) is { } known
            ? known
            : Resolve(path);

    private static void Push(Stack<string> left, string path)
    {
        string[] parts = path.Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts.Reverse().Where(part => part != "."))
        {
            left.Push(part);
        }
    }

    private static string? ReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whether it is one cannot be seen: then it is not what is to be found.
            return null;
        }
    }
}

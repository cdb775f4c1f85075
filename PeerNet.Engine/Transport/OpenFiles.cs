using System.Runtime.InteropServices;

namespace PeerNet.Engine.Transport;

/// <summary>How many files and sockets the system lets this process open.</summary>
internal static class OpenFiles
{
    // Windows knows no such limit; what a connection takes there is memory.
    private const int Elsewhere = 65_536;

    // RLIMIT_NOFILE of <sys/resource.h>
    private const int OnLinux = 7;
    private const int OnMacOS = 8;

    /// <summary>The limit as it is now.</summary>
    public static int ReadLimit()
    {
        if (OperatingSystem.IsWindows() || GetResourceLimit(OperatingSystem.IsMacOS() ? OnMacOS : OnLinux, out ResourceLimit limit) != 0)
        {
            return Elsewhere;
        }

        return (int)Math.Min(limit.Current, Elsewhere);
    }

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetResourceLimit(int resource, out ResourceLimit limit);

    // struct rlimit of 64-bit systems
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceLimit
    {
        public readonly ulong Current;
        public readonly ulong Maximum;
    }
}
